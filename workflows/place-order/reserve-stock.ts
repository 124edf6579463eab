import { advance } from '../../infra/runtime/orders.ts'
import { reserve } from './stock.ts'
import { task } from './task.ts'

export const handler = task(async ({ order }) => {
  await reserve(order)
  await advance(order.orderId, 'RESERVED')
})
