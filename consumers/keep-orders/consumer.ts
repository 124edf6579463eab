import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { defineFunction } from '../../schemas/function.ts'
import { OrderExpired, OrderPlaced } from '../../schemas/orders.ts'

export const consumer = defineConsumer({
  does: 'Keeps each order, as PENDING until its workflow takes it on.',
  events: [OrderPlaced],
})

export const expireOrders = defineFunction({
  name: 'expire-orders',
  does: 'Gives up orders that have been pending for too long, once an hour.',
  emits: [OrderExpired],
})
