import { defineConsumer } from '../../infra/runtime/consumer.ts'
import {
  AttendanceConfirmed,
  AttendanceDeclined,
  AttendanceRequested,
  AttendanceWithdrawn,
} from '../../schemas/attendances.ts'

export const consumer = defineConsumer({
  does: 'Decides who attends which meetup, as long as there are places.',
  events: [AttendanceRequested, AttendanceWithdrawn],
  emits: [AttendanceConfirmed, AttendanceDeclined],
  // All who want to attend the same meetup wait for one record: more at a time would only be more in each other's way.
  maxConcurrency: 5,
})
