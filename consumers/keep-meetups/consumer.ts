import { defineConsumer } from '../../infra/runtime/consumer.ts'
import {
  MeetupCancellationRequested,
  MeetupCancelled,
  MeetupPublished,
  MeetupSubmitted,
} from '../../schemas/meetups.ts'

export const consumer = defineConsumer({
  does: 'Keeps each meetup: published when submitted, cancelled when whoever published it wants that.',
  events: [MeetupSubmitted, MeetupCancellationRequested],
  emits: [MeetupPublished, MeetupCancelled],
})
