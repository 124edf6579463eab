import { catalogue } from '../../../schemas/catalogue.ts'
import type { Order } from './load.ts'
import { PaymentMethod } from './place.ts'

const JUST_PLACED = '#placed'

/** The page of an order. */
export const orderPage = (orderId: string): string => `/order-status.html?${new URLSearchParams({ id: orderId })}`

/** The same for an order of which there may be no record yet. */
export const newOrderPage = (orderId: string): string => orderPage(orderId) + JUST_PLACED

/** What the address of such a page says. */
export const orderAt = ({ search, hash }: Pick<Location, 'search' | 'hash'>) => ({
  id: new URLSearchParams(search).get('id') ?? '',
  isNew: hash === JUST_PLACED,
})

/** The form for an order with these articles in it. */
export function formWith(items: Order['items'], paymentMethod?: PaymentMethod): string {
  const query = new URLSearchParams(items.map(({ sku, qty }) => [sku, String(qty)]))
  if (paymentMethod) query.set('paymentMethod', paymentMethod)
  return `/order.html?${query}`
}

/** What the address of that page says: what is typed for each article, by its sku, and how to pay. */
export function draftIn(search: string) {
  const query = new URLSearchParams(search)
  return {
    typed: Object.fromEntries(catalogue.map(({ sku }) => [sku, query.get(sku) ?? '0'])),
    paymentMethod: PaymentMethod.catch('card_ok').parse(query.get('paymentMethod')),
  }
}
