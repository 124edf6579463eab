import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { OrderPlaced, OrderView } from '../../../schemas/orders.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import {
  envelope,
  httpRequest,
  lambdaContext,
  setFunctionEnvironment,
  sqsBatch,
} from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'

const [aws, dynamoDb] = await Promise.all([
  startAwsEndpoint(),
  startDynamoDbLocal({ orders: ORDER_TABLES.orders, idempotency: 'id' }),
])
setFunctionEnvironment(aws.url, { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url, CONSUMER: 'keep-orders' })
const { handler } = await import('../../../consumers/keep-orders/handler.ts')
const { handler: getOrder } = await import('../../../consumers/keep-orders/get-order.ts')
const { handler: listOrders } = await import('../../../consumers/keep-orders/list-orders.ts')
const { advance } = await import('../../../infra/runtime/orders.ts')
beforeEach(() => void captureLog())
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

const minute = (number: number): string => new Date(Date.UTC(2027, 0, 15, 8, number)).toISOString()
const deliver = (...messages: readonly object[]) => handler(sqsBatch(...messages), lambdaContext)

/** Delivers so many orders of one user, a minute apart; answers their ids, newest first. */
async function place(userId: string, count: number): Promise<readonly string[]> {
  const orders = Array.from({ length: count }, () => newOrder({ userId }))
  const messages = orders.map((data, index) => envelope(OrderPlaced, { data, occurredAt: minute(index) }))
  expect(await deliver(...messages)).toEqual({ batchItemFailures: [] })
  return orders.map(({ orderId }) => orderId).reverse()
}

const Page = z.object({ orders: z.array(OrderView), cursor: z.string().optional() })
async function answerTo(call: typeof getOrder, userId: string, request: Parameters<typeof httpRequest>[0]) {
  const { statusCode, body = '' } = await call(httpRequest({ ...request, claims: { sub: userId } }))
  const parsed: unknown = JSON.parse(body)
  return { statusCode, body: parsed }
}
const get = (userId: string, id: string) => answerTo(getOrder, userId, { pathParameters: { id } })
const list = (userId: string, query: Readonly<Record<string, string>> = {}) => answerTo(listOrders, userId, { query })

test('an order is kept once, however often and in whatever order it is delivered', async () => {
  const order = newOrder()
  const message = envelope(OrderPlaced, { data: order, occurredAt: minute(0) })
  await deliver(message, message)
  await advance(order.orderId, 'VALIDATED')
  await deliver(message)
  await deliver(envelope(OrderPlaced, { data: order, occurredAt: minute(9) }))
  const records = (await dynamoDb.scan('orders')).filter(({ orderId }) => orderId === order.orderId)
  expect(records).toMatchObject([{ ...order, status: 'VALIDATED', placedAt: minute(0) }])
})

describe('GET /api/orders/{id}', () => {
  test('tells its owner how far it is, and no address', async () => {
    const order = newOrder()
    await deliver(envelope(OrderPlaced, { data: order, occurredAt: minute(0) }))
    const { orderId, items, amount, currency } = order
    expect(await get(order.userId, orderId)).toEqual({
      statusCode: 200,
      body: {
        orderId,
        status: 'PENDING',
        items,
        amount,
        currency,
        placedAt: minute(0),
        history: [{ status: 'PENDING', at: minute(0) }],
      },
    })
    await advance(orderId, 'FAILED', { reason: 'The card was declined' })
    expect(await get(order.userId, orderId)).toMatchObject({
      body: { status: 'FAILED', reason: 'The card was declined', history: [{}, { status: 'FAILED' }] },
    })
  })

  test("is the same 404 for somebody else's as for none, and for what is no id", async () => {
    const order = newOrder()
    await deliver(envelope(OrderPlaced, { data: order }))
    const answers = await Promise.all(
      [order.orderId, randomUUID(), 'hello', 'x'.repeat(3000)].map((id) => get(randomUUID(), id)),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({ statusCode: 404, body: { detail: 'You have no such order' } })
      expect(answer).toEqual(answers[0])
    }
  })
})

describe('GET /api/orders', () => {
  test("has the caller's own, newest first, by pages that end exactly", async () => {
    const [ada, eve] = [randomUUID(), randomUUID()]
    const ids = await place(ada, 6)
    await place(eve, 2)
    const seen: string[] = []
    let cursor: string | undefined
    for (let page = 0; page === 0 || cursor; page++) {
      const answer = await list(ada, { limit: '3', ...(cursor ? { cursor } : {}) })
      const { orders, cursor: next } = Page.parse(answer.body)
      expect(orders).toHaveLength(3)
      seen.push(...orders.map(({ orderId }) => orderId))
      cursor = next
    }
    expect(seen).toEqual(ids)
  })

  test('has ten on a page unless told otherwise, and none for whoever has ordered nothing', async () => {
    const ada = randomUUID()
    const ids = [...(await place(ada, 10)), ...(await place(ada, 1))]
    const { orders, cursor } = Page.parse((await list(ada)).body)
    expect([orders.length, typeof cursor, ids.length]).toEqual([10, 'string', 11])
    expect((await list(randomUUID())).body).toEqual({ orders: [] })
  })

  test("takes nobody else's cursor", async () => {
    const ada = randomUUID()
    await place(ada, 2)
    const { cursor = '' } = Page.parse((await list(ada, { limit: '1' })).body)
    expect((await list(ada, { limit: '1', cursor })).statusCode).toBe(200)
    expect(await list(randomUUID(), { limit: '1', cursor })).toMatchObject({
      statusCode: 400,
      body: { errors: [{ path: 'cursor' }] },
    })
  })

  test.each(['0', '101', '1.5', 'all', ''])('takes no limit of %j', async (limit) => {
    expect(await list(randomUUID(), { limit })).toMatchObject({
      statusCode: 400,
      body: { errors: [{ path: 'limit' }] },
    })
  })
})
