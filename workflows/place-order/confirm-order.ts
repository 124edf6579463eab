import { detailFor, newEvent } from '../../infra/runtime/new-event.ts'
import { advance } from '../../infra/runtime/orders.ts'
import { OrderConfirmed } from '../../schemas/orders.ts'
import { task } from './task.ts'

/** Answers the detail of the event that tells of it. */
export const handler = task(async ({ order: { orderId, userId, email, amount }, metadata }) => {
  await advance(orderId, 'CONFIRMED')
  const cause = { correlationId: metadata.correlationId, causationId: metadata.eventId }
  return detailFor(newEvent(OrderConfirmed, { orderId, userId, email, amount }, orderId, cause))
})
