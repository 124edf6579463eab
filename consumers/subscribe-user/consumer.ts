import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { UserConfirmed } from '../../schemas/accounts.ts'

export const consumer = defineConsumer({
  does: "Subscribes each user's address to the notifications topic, for messages to that user only.",
  events: [UserConfirmed],
  sideEffect: 'asks an address that has not confirmed its subscription to do so again',
})
