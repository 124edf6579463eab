import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { RegistrationRequested } from '../../schemas/registrations.ts'

export const consumer = defineConsumer({
  does: 'Sends the mail with the link that verifies the address.',
  events: [RegistrationRequested],
  sideEffect: 'sends the verification mail again',
  maxConcurrency: 2,
})
