import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Order } from '../../../infra/runtime/orders.ts'
import { detailOf } from '../../../schemas/event.ts'
import { OrderConfirmed, OrderFailed, type OrderStatus } from '../../../schemas/orders.ts'
import { synthesize } from '../../infra/synthesize.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'
import { failure, fn, startStepFunctions } from '../local/step-functions.ts'

// The synthesized state machine, with the tasks themselves, on tables; only the waits between attempts are left out.

const [dynamoDb, stacks] = await Promise.all([startDynamoDbLocal(ORDER_TABLES), synthesize()])
setFunctionEnvironment(dynamoDb.url)
const TASKS = [
  'validate-order',
  'reserve-stock',
  'charge-payment',
  'confirm-order',
  'refund-payment',
  'release-stock',
  'fail-order',
] as const
type Task = (typeof TASKS)[number]
type Handler = (input: unknown) => Promise<unknown>
const handlers = new Map<Task, Handler>()
for (const name of TASKS) {
  const { handler }: { handler: Handler } = await import(`../../../workflows/place-order/${name}.ts`)
  handlers.set(name, handler)
}
const { advance, keepOrder } = await import('../../../infra/runtime/orders.ts')
beforeEach(() => void captureLog())
afterAll(dynamoDb.stop)

const { DefinitionString } = z
  .object({ DefinitionString: z.string() })
  .parse(stacks.get('ensemble-test-place-order')?.one('AWS::StepFunctions::StateMachine').properties)
/** A function goes by the name of its file, without dashes. */
const definition: object = JSON.parse(
  DefinitionString.replaceAll(/<([a-z]+)Function\w*(\.Arn)?>/g, (_, name: string) => fn(name)).replaceAll(
    '<AWS::Partition>',
    'aws',
  ),
)

interface Fault {
  readonly task: Task
  readonly point: 'before' | 'after'
  /** How many calls fail. */
  readonly times: number
}
/** As often as a step is tried. */
const ALL = 6

const placedAt = '2027-01-15T08:00:00.000Z'
const Entries = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })

/** Runs the workflow of an order to its end; answers what there is afterwards. */
async function run(order: Order, ...faults: readonly Fault[]) {
  const told: { readonly name: string; readonly detail: unknown }[] = []
  const behave = (task: Task) => async (event: unknown, call: number) => {
    const fault = faults.find((each) => each.task === task && call <= each.times)
    if (fault?.point === 'before') throw failure('FailedOnPurpose')
    const result = await handlers.get(task)?.(event)
    if (fault) throw failure('FailedOnPurpose')
    return result
  }
  const workflow = await startStepFunctions({
    random: () => 0,
    functions: Object.fromEntries(TASKS.map((task) => [task.replace('-', ''), behave(task)])),
    services: {
      events: async ({ body }) => {
        const [entry] = Entries.parse(JSON.parse(body.toString())).Entries
        told.push({ name: entry?.DetailType ?? '', detail: JSON.parse(entry?.Detail ?? '') })
        return { status: 200, body: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }) }
      },
    },
  })
  await workflow.define(definition)
  const metadata = { eventId: randomUUID(), correlationId: 'correlation', version: 1, occurredAt: placedAt }
  const before = await stock()
  const { status } = await workflow.result(await workflow.start({ metadata, data: order }))
  return {
    execution: status,
    calls: workflow.calls.map(({ name }) => name),
    told,
    metadata,
    record: await find('orders', order.orderId),
    payment: (await find('payments', order.orderId))?.outcome,
    taken: before - (await stock()),
  }
}

const find = async (table: string, id: string) => (await dynamoDb.scan(table)).find(({ orderId }) => orderId === id)
const stock = async (): Promise<number> =>
  Number((await dynamoDb.scan('inventory')).find(({ sku }) => sku === 'A-1')?.stock ?? 100)
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
      ['validateorder', 'failorder'],
      'The price is 21.25 USD, not 20.00',
      undefined,
    ],
    [
      'nothing to sell',
      newOrder({ items: [{ sku: 'OLD', qty: 1 }] }),
      ['validateorder', 'failorder'],
      'OLD is not for sale',
      undefined,
    ],
    [
      'sold out',
      newOrder({ items: [{ sku: 'SOLD-OUT', qty: 1 }], amount: 5 }),
      ['validateorder', 'reservestock', 'releasestock', 'failorder'],
      'Sold out: First edition',
      undefined,
    ],
    [
      'declined',
      newOrder({ paymentMethod: 'card_declined' }),
      ['validateorder', 'reservestock', 'chargepayment', 'refundpayment', 'releasestock', 'failorder'],
      'The card was declined',
      'DECLINED',
    ],
  ])('%s', async (_, order, calls, reason, payment) => {
    const done = await run(order)
    expect(done).toMatchObject({
      execution: 'SUCCEEDED',
      calls,
      payment,
      taken: 0,
      record: { status: 'FAILED', reason },
    })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderFailed'])
    expect(detailOf(OrderFailed).parse(done.told[0]?.detail).data).toMatchObject({ orderId: order.orderId, reason })
  })
})

const FORWARD = ['validate-order', 'reserve-stock', 'charge-payment', 'confirm-order'] as const
const POINTS = ['before', 'after'] as const
const pairs = <One, Other>(ones: readonly One[], others: readonly Other[]) =>
  ones.flatMap((one) => others.map((other) => [one, other] as const))

describe('what fails once is done once,', () => {
  test.each(pairs(FORWARD, POINTS))('%s %s its work', async (task, point) => {
    const done = await run(newOrder(), { task, point, times: 1 })
    expect(done).toMatchObject({ execution: 'SUCCEEDED', payment: 'CHARGED', taken: 1 })
    expect(statuses(done)).toEqual(STEPS)
    expect(done.told).toHaveLength(1)
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
    const done = await run(newOrder(), { task, point, times: ALL })
    expect(done).toMatchObject({ execution: 'SUCCEEDED', payment, taken: 0 })
    expect(done.record).toMatchObject({ status: 'FAILED', reason: 'Something went wrong on our side' })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderFailed'])
    expect(done.calls.filter((call) => call === task.replace('-', ''))).toHaveLength(ALL)
  })

  test('but not a confirmation that nobody heard of', async () => {
    const done = await run(newOrder(), { task: 'confirm-order', point: 'after', times: ALL })
    expect(done).toMatchObject({
      execution: 'SUCCEEDED',
      payment: 'CHARGED',
      taken: 1,
      record: { status: 'CONFIRMED' },
    })
    expect(done.told.map(({ name }) => name)).toEqual(['OrderConfirmed'])
  })
})

describe('undoing goes on until it is done once,', () => {
  test.each(pairs(['refund-payment', 'release-stock', 'fail-order'] as const, POINTS))(
    '%s %s its work',
    async (task, point) => {
      const broken = { task: 'confirm-order', point: 'before', times: ALL } as const
      const done = await run(newOrder(), broken, { task, point, times: 20 })
      expect(done).toMatchObject({
        execution: 'SUCCEEDED',
        payment: 'REFUNDED',
        taken: 0,
        record: { status: 'FAILED' },
      })
      expect(done.told).toHaveLength(1)
    },
  )
})

test('a workflow that runs again does nothing again, and tells the same event', async () => {
  for (const order of [newOrder(), newOrder({ paymentMethod: 'card_declined' })]) {
    const [once, again] = [await run(order), await run(order)]
    expect(again.record).toEqual(once.record)
    expect([again.payment, again.taken]).toEqual([once.payment, 0])
    const ids = [once, again].map(
      ({ told }) => z.object({ metadata: z.object({ eventId: z.uuid() }) }).parse(told[0]?.detail).metadata.eventId,
    )
    expect(ids[1]).toBe(ids[0])
  }
})

test('an order that has expired is left as it is', async () => {
  const order = newOrder()
  await keepOrder(order, placedAt)
  await advance(order.orderId, 'EXPIRED')
  const done = await run(order)
  expect(done).toMatchObject({
    execution: 'SUCCEEDED',
    calls: ['validateorder'],
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
