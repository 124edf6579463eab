import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { defineFunction } from '../../schemas/function.ts'
import { ProfileCreated, ProfileSubmitted } from '../../schemas/profiles.ts'

export const consumer = defineConsumer({
  does: 'Keeps the profile of each user.',
  events: [ProfileSubmitted],
})

export const welcomeProfile = defineFunction({
  name: 'welcome-profile',
  does: "Tells of each user's first profile, and welcomes them in its log.",
  emits: [ProfileCreated],
})
