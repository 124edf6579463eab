import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { defineFunction } from '../../schemas/function.ts'
import {
  EmailVerified,
  RegistrationConfirmed,
  RegistrationExpired,
  RegistrationRequested,
} from '../../schemas/registrations.ts'

export const consumer = defineConsumer({
  does: 'Keeps the record of each registration: PENDING when requested, CONFIRMED once verified.',
  events: [RegistrationRequested, EmailVerified],
  emits: [RegistrationConfirmed],
})

export const announceExpired = defineFunction({
  name: 'announce-expired',
  does: 'Tells of each registration whose record TTL has deleted before it was verified.',
  emits: [RegistrationExpired],
})
