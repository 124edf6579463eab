import { afterAll, expect, test } from 'vitest'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'

const dynamoDb = await startDynamoDbLocal({ inventory: ORDER_TABLES.inventory })
setFunctionEnvironment(dynamoDb.url)
const { release, reserve } = await import('../../../workflows/place-order/stock.ts')
afterAll(dynamoDb.stop)

const orderOf = (...items: readonly (readonly [sku: string, qty: number])[]) =>
  newOrder({ items: items.map(([sku, qty]) => ({ sku, qty })) })
const stockOf = async (wanted: string) => (await dynamoDb.scan('inventory')).find(({ sku }) => sku === wanted)?.stock
const soldOut = (titles: string) => expect.objectContaining({ name: 'SoldOut', message: `Sold out: ${titles}` })
const closed = expect.objectContaining({ name: 'OrderClosed' })

test('what there is at first says the catalogue; from then on the table', async () => {
  expect(await stockOf('A-1')).toBeUndefined()
  await reserve(orderOf(['A-1', 3]))
  expect(await stockOf('A-1')).toBe(97)
})

test('an order reserves once, and gives back once', async () => {
  const before = Number(await stockOf('A-1'))
  const order = orderOf(['A-1', 2])
  for (let times = 0; times < 3; times++) await reserve(order)
  expect(await stockOf('A-1')).toBe(before - 2)
  for (let times = 0; times < 3; times++) await release(order.orderId)
  expect(await stockOf('A-1')).toBe(before)
})

test('all of it is reserved, or none', async () => {
  const before = await stockOf('A-1')
  await expect(reserve(orderOf(['A-1', 1], ['SOLD-OUT', 1]))).rejects.toEqual(soldOut('First edition'))
  await expect(reserve(orderOf(['A-1', 1000], ['B-2', 101]))).rejects.toEqual(soldOut('Notebook, Pencil'))
  expect([await stockOf('A-1'), await stockOf('B-2'), await stockOf('SOLD-OUT')]).toEqual([
    before,
    undefined,
    undefined,
  ])
})

test('what was released is not reserved by an attempt that comes late', async () => {
  const before = await stockOf('A-1')
  const [never, once] = [orderOf(['A-1', 1]), orderOf(['A-1', 1])]
  await release(never.orderId)
  await reserve(once)
  await release(once.orderId)
  for (const order of [never, once]) await expect(reserve(order)).rejects.toEqual(closed)
  expect(await stockOf('A-1')).toBe(before)
})

test('nothing is ever oversold, however many want it at once, each more than once', async () => {
  const orders = Array.from({ length: 60 }, () => orderOf(['B-2', 3]))
  const attempts = orders.flatMap((order) => [reserve(order), reserve(order)])
  const outcomes = await Promise.allSettled(attempts)
  // A hundred pencils are thirty-three times three.
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(66)
  expect(await stockOf('B-2')).toBe(1)
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  for (const reason of reasons) expect(reason).toEqual(soldOut('Pencil'))
  await Promise.all(orders.map(({ orderId }) => release(orderId)))
  expect(await stockOf('B-2')).toBe(100)
})
