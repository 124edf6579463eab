import { consume } from '../../infra/runtime/consume.ts'
import { CURRENCY } from '../../schemas/catalogue.ts'
import { attendanceCancelled, attendanceConfirmed, attendanceDeclined } from './attendances.ts'
import { consumer } from './consumer.ts'
import { notify } from './notify.ts'

export const handler = consume(consumer, {
  // The event says itself what the record will say in a moment.
  PreferencesChanged: async ({ data: { userId, ...preferences } }) => {
    await notify(
      { userId, preferences },
      {
        subject: 'Your notifications',
        text: 'You will be notified here from now on. If you did not ask for that, log in and change it.',
      },
    )
  },
  OrderConfirmed: ({ data: { orderId, userId, email, amount } }) =>
    notify(
      { userId, email },
      { subject: 'Order confirmed', text: `Your order ${orderId} is confirmed: ${amount.toFixed(2)} ${CURRENCY}.` },
    ),
  OrderFailed: ({ data: { orderId, userId, email, reason } }) =>
    notify(
      { userId, email },
      { subject: 'Order failed', text: `Your order ${orderId} has failed: ${reason}. There is nothing to pay.` },
    ),
  AttendanceConfirmed: async ({ data }) => {
    const notification = await attendanceConfirmed(data)
    if (notification) await notify(data, notification)
  },
  AttendanceDeclined: async ({ data }) => notify(data, await attendanceDeclined(data)),
  AttendanceCancelled: ({ data }) => notify(data, attendanceCancelled(data)),
})
