import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { UserConfirmed } from '../../schemas/accounts.ts'

export const consumer = defineConsumer({
  does: 'Welcomes each new user by mail.',
  events: [UserConfirmed],
  sideEffect: 'sends the welcome mail again',
  maxConcurrency: 2,
})
