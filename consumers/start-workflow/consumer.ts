import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { OrderPlaced } from '../../schemas/orders.ts'

export const consumer = defineConsumer({
  does: 'Starts the workflow of each order.',
  events: [OrderPlaced],
})
