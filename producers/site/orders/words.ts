import { articleOf } from '../../../schemas/catalogue.ts'
import type { OrderStatus } from '../../../schemas/orders.ts'
import type { Order } from './load.ts'

/** `amount` with its currency, e.g. `$1,250.00`. */
export const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount)

const DAY_AND_TIME = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })
const TIME = new Intl.DateTimeFormat('en-US', { timeStyle: 'medium' })

/** `at`: ISO 8601. Answers it in the time zone of whoever looks. */
export const dayAndTime = (at: string): string => DAY_AND_TIME.format(new Date(at))
/** The same without the day. */
export const timeOfDay = (at: string): string => TIME.format(new Date(at))

/** What an article is called; its number, if it is not for sale any more. */
export const titleOf = (sku: string): string => articleOf(sku)?.title ?? sku

/** What was ordered, in a line. */
export const inShort = (items: Order['items']): string =>
  items.map(({ sku, qty }) => `${qty} × ${titleOf(sku)}`).join(', ')

interface Words {
  readonly badge: string
  readonly tone: 'good' | 'neutral' | 'warning'
  /** What is going on. */
  readonly now: string
}

export const STATUS: Readonly<Record<OrderStatus, Words>> = {
  PENDING: { badge: 'Placed', tone: 'neutral', now: 'We have your order, and are checking it.' },
  VALIDATED: { badge: 'Checked', tone: 'neutral', now: 'The price is right. We are setting your articles aside.' },
  RESERVED: { badge: 'Reserved', tone: 'neutral', now: 'Your articles are set aside. We are charging your card.' },
  CHARGED: { badge: 'Paid', tone: 'neutral', now: 'Your card is charged. We are confirming your order.' },
  CONFIRMED: { badge: 'Confirmed', tone: 'good', now: 'Your order is confirmed: everything is reserved and paid.' },
  FAILED: { badge: 'Failed', tone: 'warning', now: 'Your order has failed. You pay nothing.' },
  EXPIRED: { badge: 'Expired', tone: 'warning', now: 'Your order was given up. You pay nothing.' },
}
