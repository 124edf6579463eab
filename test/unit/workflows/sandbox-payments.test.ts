import { afterAll, expect, test } from 'vitest'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { newOrder, ORDER_TABLES } from '../../support/orders.ts'

const dynamoDb = await startDynamoDbLocal({ payments: ORDER_TABLES.payments })
setFunctionEnvironment(dynamoDb.url)
const { payments } = await import('../../../workflows/place-order/payments.ts')
afterAll(dynamoDb.stop)

const ledgerOf = async (id: string) => (await dynamoDb.scan('payments')).find(({ orderId }) => orderId === id)
const named = (name: string) => expect.objectContaining({ name })

test('an order is charged once, however often that is asked for, also at once', async () => {
  const order = newOrder()
  await Promise.all(Array.from({ length: 10 }, () => payments.charge(order)))
  const entry = await ledgerOf(order.orderId)
  expect(entry).toMatchObject({ outcome: 'CHARGED', amount: 21.25, currency: 'USD', paymentMethod: 'card_ok' })
  await payments.charge({ ...order, amount: 1 })
  expect(await ledgerOf(order.orderId)).toEqual(entry)
})

test('a declined card stays declined', async () => {
  const order = newOrder({ paymentMethod: 'card_declined' })
  for (let times = 0; times < 2; times++) await expect(payments.charge(order)).rejects.toEqual(named('PaymentDeclined'))
  await payments.refund(order.orderId)
  expect((await ledgerOf(order.orderId))?.outcome).toBe('DECLINED')
})

test('a flaky card fails twice in a way that may pass', async () => {
  const order = newOrder({ paymentMethod: 'card_flaky' })
  for (let times = 0; times < 2; times++)
    await expect(payments.charge(order)).rejects.toEqual(named('PaymentUnavailable'))
  await payments.charge(order)
  await payments.charge(order)
  expect((await ledgerOf(order.orderId))?.outcome).toBe('CHARGED')
})

test('what was charged is given back once, and not charged again', async () => {
  const order = newOrder()
  await payments.charge(order)
  await payments.refund(order.orderId)
  const entry = await ledgerOf(order.orderId)
  expect(entry).toMatchObject({ outcome: 'REFUNDED', amount: 21.25, refundedAt: expect.any(String) })
  await payments.refund(order.orderId)
  await expect(payments.charge(order)).rejects.toEqual(named('OrderClosed'))
  expect(await ledgerOf(order.orderId)).toEqual(entry)
})

test('a charge that comes after the refund charges nothing', async () => {
  const order = newOrder()
  await payments.refund(order.orderId)
  await expect(payments.charge(order)).rejects.toEqual(named('OrderClosed'))
  expect(await ledgerOf(order.orderId)).toMatchObject({ outcome: 'VOID' })
})
