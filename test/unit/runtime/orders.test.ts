import { afterAll, describe, expect, test } from 'vitest'
import type { OrderStatus } from '../../../schemas/orders.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'

const dynamoDb = await startDynamoDbLocal({ orders: ORDER_TABLES.orders })
setFunctionEnvironment(dynamoDb.url)
const { abandon, advance, keepOrder, OrderClosed, settle } = await import('../../../infra/runtime/orders.ts')
afterAll(dynamoDb.stop)

const placedAt = '2027-01-15T08:00:00.000Z'
const STEPS: readonly OrderStatus[] = ['VALIDATED', 'RESERVED', 'CHARGED', 'CONFIRMED']

/** An order that has come as far as this. */
async function kept(until: OrderStatus = 'PENDING'): Promise<string> {
  const { orderId } = await keepOrder(newOrder(), placedAt)
  for (const status of STEPS.slice(0, STEPS.indexOf(until) + 1)) await advance(orderId, status)
  return orderId
}
const recordOf = async (id: string) => (await dynamoDb.scan('orders')).find(({ orderId }) => orderId === id)

test('an order is kept as it was placed, for ninety days', async () => {
  const order = newOrder()
  await keepOrder(order, placedAt)
  expect(await recordOf(order.orderId)).toEqual({
    ...order,
    status: 'PENDING',
    placedAt,
    history: [{ status: 'PENDING', at: placedAt }],
    ttlEpoch: Date.parse(placedAt) / 1000 + 90 * 86_400,
    pending: 'PENDING',
  })
})

test('whoever comes second is told of the order that is kept, however far it is', async () => {
  const order = newOrder()
  await keepOrder(order, placedAt)
  await advance(order.orderId, 'VALIDATED')
  const other = { ...order, amount: 1, items: [{ sku: 'B-2', qty: 9 }] }
  expect(await keepOrder(other, '2027-01-15T09:00:00.000Z')).toMatchObject({ ...order, status: 'VALIDATED', placedAt })
})

test('an order goes from one status to the next, and says when it came there', async () => {
  const orderId = await kept('CONFIRMED')
  const { history, status } = (await recordOf(orderId)) ?? {}
  expect(status).toBe('CONFIRMED')
  expect(history).toEqual(['PENDING', ...STEPS].map((each) => ({ status: each, at: expect.any(String) })))
})

test('what it has been through before changes nothing', async () => {
  const orderId = await kept('CHARGED')
  const before = await recordOf(orderId)
  for (const status of ['VALIDATED', 'RESERVED', 'CHARGED'] as const) {
    expect((await advance(orderId, status)).status).toBe('CHARGED')
  }
  expect(await recordOf(orderId)).toEqual(before)
})

test('many at once move it once', async () => {
  const orderId = await kept()
  await Promise.all(Array.from({ length: 20 }, () => advance(orderId, 'VALIDATED')))
  expect((await recordOf(orderId))?.history).toHaveLength(2)
})

describe('it cannot', () => {
  test.each([
    ['PENDING', 'RESERVED'],
    ['PENDING', 'CONFIRMED'],
    ['VALIDATED', 'EXPIRED'],
    ['CONFIRMED', 'FAILED'],
    ['CONFIRMED', 'EXPIRED'],
  ] as const)('go from %s to %s', async (from, to) => {
    const orderId = await kept(from)
    const before = await recordOf(orderId)
    await expect(advance(orderId, to)).rejects.toThrow(OrderClosed)
    expect(await recordOf(orderId)).toEqual(before)
  })

  test.each(['FAILED', 'EXPIRED'] as const)('come back from %s', async (end) => {
    const orderId = await kept()
    await advance(orderId, end)
    for (const status of [...STEPS, end === 'FAILED' ? 'EXPIRED' : 'FAILED'] as const) {
      await expect(advance(orderId, status)).rejects.toThrow(OrderClosed)
    }
  })

  test('be confirmed once it is abandoned, nor be abandoned once it is confirmed', async () => {
    const [abandoned, confirmed] = [await kept('CHARGED'), await kept('CONFIRMED')]
    await abandon(abandoned)
    await abandon(abandoned)
    await expect(advance(abandoned, 'CONFIRMED')).rejects.toThrow(OrderClosed)
    await expect(abandon(confirmed)).rejects.toThrow(OrderClosed)
    expect((await advance(abandoned, 'FAILED', { reason: 'No' })).reason).toBe('No')
  })
})

test('the cleanup finds an order while it is pending, and until all is done about one that has expired', async () => {
  const [moved, expired] = [await kept('VALIDATED'), await kept()]
  expect((await recordOf(moved))?.pending).toBeUndefined()
  await advance(expired, 'EXPIRED')
  expect((await recordOf(expired))?.pending).toBe('PENDING')
  await settle(expired)
  expect((await recordOf(expired))?.pending).toBeUndefined()
})
