import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { PreferencesChanged, UserConfirmed } from '../../schemas/accounts.ts'

export const consumer = defineConsumer({
  does: 'Keeps how each user wants to be notified: by mail, until they say otherwise.',
  events: [UserConfirmed, PreferencesChanged],
})
