import * as z from 'zod'
import { detailFor, newEvent } from '../../infra/runtime/new-event.ts'
import { advance, keepOrder } from '../../infra/runtime/orders.ts'
import { OrderFailed } from '../../schemas/orders.ts'
import { REFUSALS } from './refusal.ts'
import { task } from './task.ts'

/** Answers the detail of the event that tells of it: of the order as it is kept, also where it failed before that was read. */
export const handler = task(async ({ order, metadata, error }) => {
  const { orderId, userId, email, amount } = await keepOrder(order, metadata.occurredAt)
  const { reason = UNKNOWN } = await advance(orderId, 'FAILED', { reason: reasonOf(error) })
  const cause = { correlationId: metadata.correlationId, causationId: metadata.eventId }
  return detailFor(newEvent(OrderFailed, { orderId, userId, email, amount, reason }, orderId, cause))
})

const UNKNOWN = 'Something went wrong on our side'
const OTHERS: Readonly<Record<string, string>> = { PaymentUnavailable: 'The payment could not be made' }

/** What Lambda says of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
const Thrown = z.object({ errorMessage: OrderFailed.data.shape.reason })

/** In words for the buyer: a refusal's own, and no other error's. */
function reasonOf(error: { readonly Error: string; readonly Cause: string } | undefined): string {
  const name = REFUSALS.find((refusal) => refusal === error?.Error)
  if (!name) return OTHERS[error?.Error ?? ''] ?? UNKNOWN
  return z.string().transform(parseJson).pipe(Thrown).safeParse(error?.Cause).data?.errorMessage ?? UNKNOWN
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
