import * as z from 'zod'
import { catalogue, priceOf } from '../../../schemas/catalogue.ts'
import { OrderForm, placeOrder } from '../../../schemas/orders.ts'
import { session } from '../account/use-session.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import type { Order } from './load.ts'

export const PaymentMethod = OrderForm.shape.paymentMethod
export type PaymentMethod = z.output<typeof PaymentMethod>

/** How many there shall be of each article, by its sku. */
export type Quantities = Readonly<Record<string, number | undefined>>

/** None is as good as nothing typed. */
const Quantity = z.preprocess(
  (typed) => Number(typed ?? 0) || undefined,
  OrderForm.shape.items.element.shape.qty.optional(),
)

/** What is typed into the form. A complaint that is about no article is one about `items`. */
export const QuantitiesAsTyped = z
  .object(Object.fromEntries(catalogue.map(({ sku }) => [sku, Quantity])))
  .refine((quantities) => itemsOf(quantities).length > 0, { path: ['items'], error: 'Choose at least one article' })

/** What is ordered, without what is not. */
export const itemsOf = (quantities: Quantities): Order['items'] =>
  catalogue.flatMap(({ sku }) => {
    const qty = quantities[sku]
    return qty === undefined ? [] : [{ sku, qty }]
  })

/** What it costs so far, without what cannot be ordered. */
export const totalOf = (typed: Readonly<Record<string, string>>): number =>
  priceOf(itemsOf(Object.fromEntries(Object.entries(typed).map(([sku, qty]) => [sku, Quantity.safeParse(qty).data]))))

const Accepted = z.object({ orderId: z.uuid() })

/** Orders at the price that the page shows: should it be another, the order fails instead of costing more. */
export async function place(
  items: Order['items'],
  paymentMethod: PaymentMethod,
  idempotencyKey: string,
): Promise<z.output<typeof Accepted> | Failure> {
  const answer = await session.call(placeOrder, {
    body: { items, amount: priceOf(items), paymentMethod },
    idempotencyKey,
  })
  const { data } = Accepted.safeParse(answer.body)
  return answer.status === 202 && data ? data : bySku(failureOf(answer, pathsIn(items)), items)
}

const pathsIn = (items: Order['items']): readonly string[] => [
  'items',
  ...items.flatMap((_, index) => [`items.${index}`, `items.${index}.sku`, `items.${index}.qty`]),
]

/** The API names an article by its place in the order, the form by its sku. */
export function bySku(failure: Failure, items: Order['items']): Failure {
  if (!failure.errors) return failure
  const errors = Object.entries(failure.errors).map(([path, error]) => {
    const index = /^items\.(\d+)/.exec(path)?.[1]
    return [items[Number(index)]?.sku ?? path, error]
  })
  return { ...failure, errors: Object.fromEntries(errors) }
}
