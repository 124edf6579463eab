import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { RegistrationConfirmed } from '../../schemas/registrations.ts'

export const consumer = defineConsumer({
  does: "Tells the site's owner of each confirmed registration.",
  events: [RegistrationConfirmed],
  sideEffect: "sends the owner's notice again",
  maxConcurrency: 2,
})
