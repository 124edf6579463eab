import { abandon } from '../../infra/runtime/orders.ts'
import { payments } from './payments.ts'
import { task } from './task.ts'

export const handler = task(async ({ order: { orderId } }) => {
  // An attempt to confirm may still be on its way: if it is through, nothing may be undone, and else it must not be.
  await abandon(orderId)
  await payments.refund(orderId)
})
