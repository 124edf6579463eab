import { PutRuleCommand } from '@aws-sdk/client-eventbridge'
import { expect, onTestFinished, test } from 'vitest'
import { chainRoutes } from '../../../infra/local/console/routes/chains.ts'
import { logRoutes } from '../../../infra/local/console/routes/log.ts'
import { startConsole } from '../../support/console.ts'
import { until } from '../../support/until.ts'
import { addRule, put, QUEUE, recordingTarget, running, settled } from './eventbridge-bus.ts'

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const WHO = {
  httpApis: { routes: () => [{ key: 'POST /api/register', functionArn: arn('t-es-t') }] },
  eventSources: { all: () => [] },
  // The clients of these tests sign with the key of this function.
  lambda: { functions: () => [{ name: 't-es-t' }] },
}

async function start() {
  const bus = await running(recordingTarget())
  const console = await startConsole(
    ...logRoutes({ ...WHO, eventBridge: bus.eventBridge }),
    ...chainRoutes({ ...WHO, eventBridge: bus.eventBridge }),
  )
  onTestFinished(console.stop)
  return { ...bus, get: (path: string) => console.getJson(`/_console/api/${path}`) }
}

const about = (correlationId: string, data: object) => ({ metadata: { correlationId }, data })

test('the log tells of an event what the contract does, and where it comes from and when what happened', async () => {
  const { client, eventBridge, get } = await start()
  await addRule(client, 'reader', {})
  const id = await put(client, about('c1', { orderId: 'o1' }))
  await settled(eventBridge)
  const event = {
    id,
    place: 1,
    name: 'Tested',
    source: 'test',
    detail: about('c1', { orderId: 'o1' }),
    receivedAt: expect.any(Number),
    emitter: { kind: 'route', name: 'POST /api/register', function: 't-es-t' },
    deliveries: [
      {
        consumer: 'reader',
        rule: 'reader',
        outcome: 'processed',
        attempts: 1,
        ms: expect.any(Number),
        createdAt: expect.any(Number),
        invokedAt: expect.any(Number),
        endedAt: expect.any(Number),
        earlier: [],
      },
    ],
  }
  expect(await get('log')).toMatchObject({ events: [event] })
  expect(await get('log?text=O1')).toMatchObject({ events: [event] })
  expect(await get('log?text=o2')).toEqual({ events: [], head: 1 })
  expect(await get('log?after=1')).toEqual({ events: [], head: 1 })
  expect(await get('log/at?places=7,1')).toMatchObject({ events: [event] })
  expect(await get(`log/${id}`)).toMatchObject(event)
  expect(await get('log/nothing')).toMatchObject({ status: 404, detail: expect.stringMatching(/not kept/) })
  expect(await get('chains/c1')).toMatchObject({ events: [event] })
})

test.each(['log?limit=501', 'log?limit=0', 'log?before=x', 'log/at?places=', 'log/at?places=1,,2', 'log/x/rules'])(
  '%s is refused',
  async (path) => {
    const { get } = await start()
    expect(await get(path)).toMatchObject({ status: 400 })
  },
)

test('every rule of the bus tells why it takes an event or does not', async () => {
  const { client, get } = await start()
  await addRule(client, 'reader', {})
  await client.send(
    new PutRuleCommand({
      Name: 'dear',
      EventPattern: '{"source":["test"],"detail":{"amount":[{"numeric":[">",100]}]}}',
    }),
  )
  await client.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' }))
  await put(client, { amount: 20 })
  const source = { path: 'source', expected: '"test"', actual: 'test', matched: true }
  const { rules } = Object(await get('log/1/rules'))
  expect(rules).toEqual([
    {
      rule: 'dear',
      enabled: true,
      matched: false,
      targets: [],
      fields: [{ path: 'detail.amount', expected: '> 100', actual: 20, matched: false }, source],
    },
    { rule: 'reader', enabled: true, matched: true, targets: [QUEUE], fields: [source] },
  ])
  expect(await get('log/2/rules')).toMatchObject({ status: 400, detail: expect.stringMatching(/not kept/) })
})

test('chains are related by an id of the same name and value, and by nothing else', async () => {
  const { client, get } = await start()
  await put(client, about('request', { registrationId: 'r1', email: 'a@example.com' }))
  await put(client, about('click', { registrationId: 'r1' }))
  await put(client, about('click', { registrationId: 'r1' }))
  await put(client, about('other', { registrationId: 'r2', email: 'a@example.com' }))
  await put(client, about('third', { orderId: 'r1', note: 'registrationId r1' }))
  await put(client, { data: { registrationId: 'r1' } })
  await until(async () =>
    expect(await get('chains/request/related')).toEqual({
      shared: [
        {
          key: 'registrationId',
          value: 'r1',
          chains: [{ correlationId: 'click', name: 'Tested', at: expect.any(Number) }],
          more: false,
        },
      ],
    }),
  )
  expect(await get('chains/other/related')).toEqual({ shared: [] })
})
