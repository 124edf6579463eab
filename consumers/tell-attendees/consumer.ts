import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { AttendanceCancelled, AttendeesLeftToTell } from '../../schemas/attendances.ts'
import { MeetupCancelled } from '../../schemas/meetups.ts'

export const consumer = defineConsumer({
  does: 'Tells of each attendance that a cancelled meetup had, page by page.',
  events: [MeetupCancelled, AttendeesLeftToTell],
  emits: [AttendanceCancelled, AttendeesLeftToTell],
})
