import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { defineFunction } from '../../schemas/function.ts'
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

export const checkBanner = defineFunction({
  name: 'check-banner',
  does: 'Deletes a banner that is larger than 5 MiB or no picture of its type.',
  emits: [],
})
