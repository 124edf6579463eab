import { randomUUID } from 'node:crypto'
import type { Order } from '../../infra/runtime/orders.ts'

/** The tables of orders, for `startDynamoDbLocal`. */
export const ORDER_TABLES = {
  orders: {
    key: 'orderId',
    indexes: {
      byUser: { key: 'userId', sortedBy: 'placedAt' },
      pending: { key: 'pending', sortedBy: 'placedAt', keysOnly: true },
    },
  },
  inventory: 'sku',
  payments: 'orderId',
} as const

/** An order that nobody else has, of one notebook unless told otherwise. */
export const newOrder = (different: Partial<Order> = {}): Order => ({
  orderId: randomUUID(),
  userId: randomUUID(),
  email: 'ada@example.com',
  items: [{ sku: 'A-1', qty: 1 }],
  amount: 21.25,
  currency: 'USD',
  paymentMethod: 'card_ok',
  ...different,
})
