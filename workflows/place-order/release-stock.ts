import { release } from './stock.ts'
import { task } from './task.ts'

export const handler = task(({ order }) => release(order.orderId))
