import { defineConsumer } from '../../infra/runtime/consumer.ts'
import { PreferencesChanged } from '../../schemas/accounts.ts'
import { AttendanceCancelled, AttendanceConfirmed, AttendanceDeclined } from '../../schemas/attendances.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'

export const consumer = defineConsumer({
  does: 'Notifies users of what happened, by the channel that they chose.',
  events: [
    PreferencesChanged,
    OrderConfirmed,
    OrderFailed,
    AttendanceConfirmed,
    AttendanceDeclined,
    AttendanceCancelled,
  ],
  sideEffect: 'sends the notification again',
  maxConcurrency: 2,
})
