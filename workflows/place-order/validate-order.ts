import { advance, keepOrder, type Order } from '../../infra/runtime/orders.ts'
import { articleOf, CURRENCY, priceOf, toCents } from '../../schemas/catalogue.ts'
import { OrderPlaced } from '../../schemas/orders.ts'
import { Refusal } from './refusal.ts'
import { task } from './task.ts'

/** Without what its record says beside that. */
const Ordered = OrderPlaced.data.strip()

/** Answers the order as it is kept: all that follows goes by that. */
export const handler = task(async ({ order, metadata }) => {
  const kept = Ordered.parse(await keepOrder(order, metadata.occurredAt))
  check(kept)
  await advance(kept.orderId, 'VALIDATED')
  return kept
})

function check({ items, amount, currency }: Order): void {
  const unknown = items.find(({ sku }) => !articleOf(sku))
  if (unknown) throw new Refusal('NotForSale', `${unknown.sku} is not for sale`)
  const price = priceOf(items)
  if (toCents(price) !== toCents(amount) || currency !== CURRENCY) {
    const given = currency === CURRENCY ? amount.toFixed(2) : `${amount.toFixed(2)} ${currency}`
    throw new Refusal('PriceDiffers', `The price is ${price.toFixed(2)} ${CURRENCY}, not ${given}`)
  }
}
