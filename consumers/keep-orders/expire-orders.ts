import { ExecutionDoesNotExist, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { emitterOf } from '../../infra/runtime/emit.ts'
import { names, variable } from '../../infra/runtime/environment.ts'
import { logger } from '../../infra/runtime/logger.ts'
import { advance, OrderClosed, settle } from '../../infra/runtime/orders.ts'
import { records } from '../../infra/runtime/records.ts'
import { OrderExpired, OrderRecord } from '../../schemas/orders.ts'
import { expireOrders } from './consumer.ts'

const emit = emitterOf(expireOrders)
const workflows = new SFNClient({})
const ttlMs = Number(variable('ORDER_TTL_SECONDS')) * 1000

const AT_A_TIME = 25
/** The next run makes up for what this one leaves. */
const LEAVE_OFF_MS = 15_000

/**
 * Expires the orders that have been PENDING for too long, oldest first, whatever the event says: a schedule's or what
 * somebody invokes it with by hand. Answers how many. Throws at the end if some could not be expired.
 */
export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) {
  const until = new Date(Date.now() - ttlMs).toISOString()
  let [expired, failed] = [0, 0]
  for await (const page of stale(until)) {
    const outcomes = await Promise.allSettled(page.map(expire))
    expired += outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length
    for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
      failed++
      logger.error('not expired', { error: 'reason' in outcome ? outcome.reason : undefined })
    }
    if (context.getRemainingTimeInMillis() < LEAVE_OFF_MS) break
  }
  logger.info('expired', { expired, failed })
  if (failed > 0) throw new Error(`${failed} orders could not be expired`)
  return { expired }
}

const Key = OrderRecord.pick({ orderId: true })

/** The ids of orders that were placed until then (ISO) and are still in the cleanup's index, by pages. */
async function* stale(until: string) {
  let ExclusiveStartKey: Record<string, unknown> | undefined
  do {
    const { Items: items, LastEvaluatedKey: last } = await records.send(
      new QueryCommand({
        TableName: names.table('orders'),
        IndexName: 'pending',
        KeyConditionExpression: 'pending = :pending AND placedAt <= :until',
        ExpressionAttributeValues: { ':pending': 'PENDING', ':until': until },
        Limit: AT_A_TIME,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    )
    yield z
      .array(Key)
      .parse(items)
      .map(({ orderId }) => orderId)
    ExclusiveStartKey = last
  } while (ExclusiveStartKey)
}

/**
 * Answers whether it has expired; an order that has moved on is left alone. It leaves the index last, so that what
 * breaks off half-way is found again, and each step may be done again.
 */
async function expire(orderId: string): Promise<boolean> {
  try {
    const { userId } = await advance(orderId, 'EXPIRED')
    await stopWorkflow(orderId)
    await emit(OrderExpired, { orderId, userId }, orderId, { correlationId: orderId })
    await settle(orderId)
    return true
  } catch (error) {
    if (error instanceof OrderClosed) return false
    throw error
  }
}

/** An execution has the order's id for its name; the order may be older than its execution, which then finds it expired. */
async function stopWorkflow(orderId: string): Promise<void> {
  const machine = variable('PLACE_ORDER_ARN')
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${orderId}`
  try {
    await workflows.send(new StopExecutionCommand({ executionArn, error: 'OrderExpired' }))
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error
  }
}
