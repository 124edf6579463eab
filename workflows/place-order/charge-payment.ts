import { advance } from '../../infra/runtime/orders.ts'
import { payments } from './payments.ts'
import { task } from './task.ts'

export const handler = task(async ({ order }) => {
  await payments.charge(order)
  await advance(order.orderId, 'CHARGED')
})
