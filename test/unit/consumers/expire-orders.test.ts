import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'

const [aws, dynamoDb] = await Promise.all([startAwsEndpoint(), startDynamoDbLocal({ orders: ORDER_TABLES.orders })])
setFunctionEnvironment(aws.url, {
  AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
  ORDER_TTL_SECONDS: '3600',
  PLACE_ORDER_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:ensemble-test-place-order',
})
const { handler } = await import('../../../consumers/keep-orders/expire-orders.ts')
const { advance, keepOrder } = await import('../../../infra/runtime/orders.ts')
const stopping = () => ({ body: { stopDate: 1_800_000_000 } })
beforeEach(async () => {
  captureLog()
  aws.reset()
  aws.answer('StopExecution', stopping)
  // What the test before has left.
  await run()
  aws.reset()
  aws.answer('StopExecution', stopping)
})
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

const run = (remainingMs = 60_000) => handler({}, { getRemainingTimeInMillis: () => remainingMs })
const recordOf = async (id: string) => (await dynamoDb.scan('orders')).find(({ orderId }) => orderId === id)
const stopped = () => aws.calls('StopExecution').map(({ executionArn }) => String(executionArn).split(':').at(-1))

/** An order that was placed so long ago. */
const placed = (minutes: number) => keepOrder(newOrder(), new Date(Date.now() - minutes * 60_000).toISOString())

test('an order that has been pending for too long has expired: its workflow is stopped, and that is told', async () => {
  const [{ orderId, userId }, young] = [await placed(61), await placed(59)]
  expect(await run()).toEqual({ expired: 1 })
  expect(await recordOf(orderId)).toMatchObject({ status: 'EXPIRED', history: [{}, { status: 'EXPIRED' }] })
  expect((await recordOf(young.orderId))?.status).toBe('PENDING')
  expect(aws.calls('StopExecution')).toMatchObject([
    { executionArn: `arn:aws:states:us-east-1:000000000000:execution:ensemble-test-place-order:${orderId}` },
  ])
  expect(emittedEvents(aws)).toMatchObject([
    { name: 'OrderExpired', metadata: { correlationId: orderId }, data: { orderId, userId } },
  ])
  expect(await run()).toEqual({ expired: 0 })
  expect(emittedEvents(aws)).toHaveLength(1)
})

test('an order that has moved on is left alone, also where the index does not know that yet', async () => {
  const { orderId, ...rest } = await placed(61)
  await advance(orderId, 'VALIDATED')
  expect(await run()).toEqual({ expired: 0 })
  await dynamoDb.put('orders', { ...rest, orderId, status: 'CONFIRMED', pending: 'PENDING' })
  expect(await run()).toEqual({ expired: 0 })
  expect((await recordOf(orderId))?.status).toBe('CONFIRMED')
  expect([stopped(), emittedEvents(aws)]).toEqual([[], []])
  await dynamoDb.put('orders', { ...rest, orderId, status: 'CONFIRMED', pending: undefined })
})

test('an order without an execution expires, too', async () => {
  aws.answer('StopExecution', () => ({ status: 400, body: { __type: 'ExecutionDoesNotExist' } }))
  await placed(61)
  expect(await run()).toEqual({ expired: 1 })
  expect(emittedEvents(aws)).toHaveLength(1)
})

describe('what breaks off half-way is made up for by the next run, under the same id', () => {
  test.each(['StopExecution', 'PutEvents'])('at %s', async (operation) => {
    const { orderId } = await placed(61)
    aws.answer(operation, () => (operation === 'PutEvents' ? putEventsReply(['InternalFailure']) : { status: 500 }))
    await expect(run()).rejects.toThrow('1 orders could not be expired')
    const before = emittedEvents(aws)
    aws.reset()
    aws.answer('StopExecution', stopping)
    expect(await run()).toEqual({ expired: 1 })
    expect(stopped()).toEqual([orderId])
    const [event] = emittedEvents(aws)
    expect(event?.data).toMatchObject({ orderId })
    if (before[0]) expect(event?.metadata.eventId).toBe(before[0].metadata.eventId)
    expect(await run()).toEqual({ expired: 0 })
  })
})

test('one that cannot be expired does not keep the others', async () => {
  const orders = await Promise.all(Array.from({ length: 30 }, () => placed(120)))
  const [first] = orders
  aws.answer('StopExecution', ({ executionArn }) =>
    String(executionArn).endsWith(first?.orderId ?? '') ? { status: 500 } : stopping(),
  )
  await expect(run()).rejects.toThrow('1 orders could not be expired')
  expect(new Set(emittedEvents(aws).map(({ data }) => data.orderId)).size).toBe(29)
})

test('what there is no time for is left to the next run', async () => {
  await Promise.all(Array.from({ length: 30 }, () => placed(120)))
  expect(await run(1000)).toEqual({ expired: 25 })
  expect(await run()).toEqual({ expired: 5 })
})
