import { afterAll, expect, test } from 'vitest'
import { call, newAccount } from '../support/account.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order, outcomesOf, PATIENCE_MS, paymentsIn, stockOf } from '../support/ordering.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud | undefined
afterAll(async () => {
  await cloud?.stop()
  removeStateDir(stateDir)
})

const WAYS = ['card_ok', 'card_ok', 'card_flaky', 'card_declined']

test('a SIGKILL amid workflows: every order comes to an end, is charged at most once, and the stock is right', async () => {
  cloud = await startCloud(stateDir)
  const running = cloud
  const ada = await newAccount(running)
  const ids = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      order(running, ada, { items: [{ sku: 'A-1', qty: 1 }], paymentMethod: WAYS[index % WAYS.length] }),
    ),
  )
  // By now others have been reserved, charged, or wait for another attempt.
  await until(async () => {
    const { body } = await call(running, 'GET', '/api/orders?limit=100', { token: ada.idToken })
    if (!JSON.stringify(body).includes('CONFIRMED')) throw new Error('None is confirmed yet')
  }, PATIENCE_MS)
  await running.kill()

  cloud = await startCloud(stateDir)
  const again = cloud
  const outcomes = await outcomesOf(again, ids)
  await again.settled()
  expect(outcomes.map(({ status }) => status)).toEqual(
    ids.map((_, index) => (WAYS[index % WAYS.length] === 'card_declined' ? 'FAILED' : 'CONFIRMED')),
  )
  for (const { history } of outcomes) expect(new Set(history.map(({ status }) => status)).size).toBe(history.length)

  const confirmed = outcomes.filter(({ status }) => status === 'CONFIRMED').map(({ orderId }) => orderId)
  const charged = [...(await paymentsIn(again)).values()].filter(({ outcome }) => outcome === 'CHARGED')
  expect(charged.map(({ orderId }) => orderId).sort()).toEqual(confirmed.toSorted())
  expect((await stockOf(again))['A-1']).toBe(100 - confirmed.length)
  const notices = (await again.emails(ada.email)).filter(({ subject }) => subject.startsWith('Order '))
  expect(notices).toHaveLength(ids.length)
  expect(new Set(notices.map(({ text }) => text)).size).toBe(ids.length)
})
