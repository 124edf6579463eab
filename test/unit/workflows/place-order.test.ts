import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf } from '../../../schemas/event.ts'
import { OrderConfirmed, OrderFailed, type OrderStatus } from '../../../schemas/orders.ts'
import { newOrder } from '../../support/orders.ts'
import { ALL, advance, keepOrder, placedAt, run } from './place-order.ts'

const History = z.array(z.object({ status: z.string() }))
const statuses = ({ record }: { readonly record: Readonly<Record<string, unknown>> | undefined }) =>
  History.parse(record?.history).map(({ status }) => status)
const STEPS: readonly OrderStatus[] = ['PENDING', 'VALIDATED', 'RESERVED', 'CHARGED', 'CONFIRMED']

test('an order is validated, reserved, charged and confirmed, and that is told', async () => {
  const order = newOrder()
  const done = await run(order)
  expect(done).toMatchObject({ execution: 'SUCCEEDED', payment: 'CHARGED', taken: 1 })
  expect(statuses(done)).toEqual(STEPS)
  const [event, ...others] = done.told
  expect([event?.name, others]).toEqual(['OrderConfirmed', []])
  const { orderId, userId, email, amount } = order
  expect(detailOf(OrderConfirmed).parse(event?.detail)).toMatchObject({
    metadata: { correlationId: 'correlation', causationId: done.metadata.eventId },
    data: { orderId, userId, email, amount },
  })
})

describe('a refusal is tried once, undone, and told with its reason:', () => {
  test.each([
    [
      'another price',
      newOrder({ amount: 20 }),
      ['validate-order', 'fail-order'],
      'The price is 21.25 USD, not 20.00',
      undefined,
    ],
    [
      'another currency',
      newOrder({ currency: 'EUR' }),
      ['validate-order', 'fail-order'],
      'The price is 21.25 USD, not 21.25 EUR',
      undefined,
    ],
    [
      'nothing to sell',
      newOrder({ items: [{ sku: 'OLD', qty: 1 }] }),
      ['validate-order', 'fail-order'],
      'OLD is not for sale',
      undefined,
    ],
    [
      'sold out',
      newOrder({ items: [{ sku: 'SOLD-OUT', qty: 1 }], amount: 5 }),
      ['validate-order', 'reserve-stock', 'release-stock', 'fail-order'],
      'Sold out: First edition',
      undefined,
    ],
    [
      'declined',
      newOrder({ paymentMethod: 'card_declined' }),
      ['validate-order', 'reserve-stock', 'charge-payment', 'refund-payment', 'release-stock', 'fail-order'],
      'The card was declined',
      'DECLINED',
    ],
  ])('%s', async (_, order, calls, reason, payment) => {
    const done = await run(order)
    expect(done).toMatchObject({
      execution: 'SUCCEEDED',
      calls: [...calls, 'tell'],
      payment,
      taken: 0,
      record: { status: 'FAILED', reason },
    })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderFailed'])
    expect(detailOf(OrderFailed).parse(done.told[0]?.detail).data).toMatchObject({ orderId: order.orderId, reason })
  })
})

const FORWARD = ['validate-order', 'reserve-stock', 'charge-payment', 'confirm-order', 'tell'] as const
const UNDOING = ['refund-payment', 'release-stock', 'fail-order', 'tell'] as const
const POINTS = ['before', 'after'] as const
const pairs = <One, Other>(ones: readonly One[], others: readonly Other[]) =>
  ones.flatMap((one) => others.map((other) => [one, other] as const))
const NEVER_CONFIRMED = { at: 'confirm-order', point: 'before', times: ALL } as const

describe.each([
  ['fails', 1],
  ['is killed', 'killed'],
] as const)('what %s once is done once,', (_, times) => {
  test.each(pairs(FORWARD, POINTS))('%s %s its work', async (at, point) => {
    const done = await run(newOrder(), { at, point, times })
    expect(done).toMatchObject({ execution: 'SUCCEEDED', payment: 'CHARGED', taken: 1 })
    expect(statuses(done)).toEqual(STEPS)
    expect(done.toldIds).toHaveLength(1)
  })
})

describe('what fails for good is undone,', () => {
  test.each([
    ['validate-order', 'before', undefined],
    ['validate-order', 'after', undefined],
    ['reserve-stock', 'before', undefined],
    ['reserve-stock', 'after', undefined],
    ['charge-payment', 'before', 'VOID'],
    ['charge-payment', 'after', 'REFUNDED'],
    ['confirm-order', 'before', 'REFUNDED'],
  ] as const)('%s %s its work', async (task, point, payment) => {
    const done = await run(newOrder(), { at: task, point, times: ALL })
    expect(done).toMatchObject({ execution: 'SUCCEEDED', payment, taken: 0 })
    expect(done.record).toMatchObject({ status: 'FAILED', reason: 'Something went wrong on our side' })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderFailed'])
    expect(done.calls.filter((call) => call === task)).toHaveLength(ALL)
  })

  test('but not a confirmation that nobody heard of', async () => {
    const done = await run(newOrder(), { at: 'confirm-order', point: 'after', times: ALL })
    expect(done).toMatchObject({
      execution: 'SUCCEEDED',
      payment: 'CHARGED',
      taken: 1,
      record: { status: 'CONFIRMED' },
    })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderConfirmed'])
  })
})

describe.each([
  ['fails', 8],
  ['is killed', 'killed'],
] as const)('undoing that %s goes on until it is done once,', (_, times) => {
  test.each(pairs(UNDOING, POINTS))('%s %s its work', async (at, point) => {
    const done = await run(newOrder(), NEVER_CONFIRMED, { at, point, times })
    expect(done).toMatchObject({ execution: 'SUCCEEDED', payment: 'REFUNDED', taken: 0, record: { status: 'FAILED' } })
    expect(statuses(done)).toEqual([...STEPS.slice(0, -1), 'FAILED'])
    expect(done.toldIds).toHaveLength(1)
  })
})

test('a workflow that runs again does nothing again, and tells the same event', async () => {
  for (const order of [newOrder(), newOrder({ paymentMethod: 'card_declined' })]) {
    const [once, again] = [await run(order), await run(order)]
    expect(again.record).toEqual(once.record)
    expect([again.payment, again.taken]).toEqual([once.payment, 0])
    expect(again.toldIds).toEqual(once.toldIds)
  }
})

test('an order that has expired is left as it is', async () => {
  const order = newOrder()
  await keepOrder(order, placedAt)
  await advance(order.orderId, 'EXPIRED')
  const done = await run(order)
  expect(done).toMatchObject({
    execution: 'SUCCEEDED',
    calls: ['validate-order'],
    told: [],
    taken: 0,
    payment: undefined,
  })
  expect(statuses(done)).toEqual(['PENDING', 'EXPIRED'])
})

test('the order is what is kept of it, whatever the workflow was started with', async () => {
  const order = newOrder()
  await keepOrder(order, placedAt)
  const done = await run({ ...order, items: [{ sku: 'A-1', qty: 9 }], amount: 191.25 })
  expect([done.taken, done.record?.amount, done.record?.status]).toEqual([1, 21.25, 'CONFIRMED'])
})

test('also where it fails before that was read', async () => {
  const order = newOrder({ amount: 20 })
  await keepOrder(order, placedAt)
  const done = await run({ ...order, email: 'eve@example.com', amount: 21 })
  expect(done.record).toMatchObject({ status: 'FAILED', amount: 20 })
  expect(done.told).toMatchObject([{ name: 'OrderFailed', detail: { data: { email: order.email, amount: 20 } } }])
})
