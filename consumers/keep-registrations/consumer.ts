import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { EmailVerified, RegistrationRequested } from '../../schemas/registrations.ts'

export const consumer = defineConsumer({
  does: 'Keeps the record of each registration: PENDING when requested, CONFIRMED once verified.',
  events: [RegistrationRequested, EmailVerified],
})
