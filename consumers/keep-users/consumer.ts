import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { UserConfirmed } from '../../schemas/accounts.ts'

export const consumer = defineConsumer({
  does: 'Keeps the record of each user.',
  events: [UserConfirmed],
})
