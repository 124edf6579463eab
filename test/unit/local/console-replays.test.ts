import { CreateArchiveCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge'
import { expect, onTestFinished, test } from 'vitest'
import { replayRoutes } from '../../../infra/local/console/routes/replays.ts'
import { startConsole } from '../../support/console.ts'
import { until } from '../../support/until.ts'
import { addRule, put, recordingTarget, running, settled } from './eventbridge-bus.ts'

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default'

/** A bus with an archive and two rules; `first` takes all events, `second` those named Tested. */
async function start() {
  const target = recordingTarget()
  const bus = await running(target)
  await bus.client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: BUS }))
  await addRule(bus.client, 'first', {})
  await addRule(bus.client, 'second', {})
  await bus.client.send(
    new PutRuleCommand({ Name: 'second', EventPattern: '{"detail-type":["Tested"]}', Description: 'Tests again' }),
  )
  const console = await startConsole(...replayRoutes({ eventBridge: bus.eventBridge }))
  onTestFinished(console.stop)
  const post = async (path: string, body: object) => {
    const { status, body: text } = await console.post(`/_console/api/${path}`, body)
    return { status, ...JSON.parse(text || '{}') }
  }
  return { ...bus, target, post, get: (path: string) => console.getJson(`/_console/api/${path}`) }
}

async function replayed({ post, get, eventBridge, target }: Awaited<ReturnType<typeof start>>, wish: object) {
  const before = target.sent.length
  const { name } = await post('replays', wish)
  await until(async () => expect(await get(`replays/${name}`)).toMatchObject({ state: 'COMPLETED' }))
  await settled(eventBridge)
  return { name, sent: target.sent.slice(before) }
}

test('a plan says what comes to whom, and the replay does just that', async () => {
  const cloud = await start()
  const { client, post, get, eventBridge } = cloud
  await put(client)
  await put(client)
  await put(client, {}, { DetailType: 'Mended' })
  await settled(eventBridge)

  expect(await post('replays/plan', {})).toMatchObject({
    archive: 'kept',
    names: [
      { name: 'Mended', count: 1 },
      { name: 'Tested', count: 2 },
    ],
    receivers: [
      { rule: 'first', count: 3, atMost: false },
      { rule: 'second', description: 'Tests again', count: 2, atMost: false },
    ],
  })
  const { name, sent } = await replayed(cloud, {})
  expect(sent).toHaveLength(5)
  expect(name).toMatch(/^replay-/)
  expect(await get(`replays/${name}`)).toMatchObject({
    rules: [],
    tallies: [
      { consumer: 'first', outcome: 'processed', count: 3 },
      { consumer: 'second', outcome: 'processed', count: 2 },
    ],
  })
  expect(await get('replays')).toMatchObject({
    archives: ['kept'],
    consumers: ['first', 'second'],
    replays: [{ name }],
  })
})

test('events can be chosen by name and time, and consumers too', async () => {
  const cloud = await start()
  const { client, post } = cloud
  await put(client, {}, { Time: new Date(1_000_000) })
  await put(client, {}, { Time: new Date(2_000_000) })
  await put(client, {}, { Time: new Date(2_000_000), DetailType: 'Mended' })
  const wish = { from: 1500, to: 2000, names: ['Tested'], rules: ['first'] }
  expect(await post('replays/plan', wish)).toMatchObject({
    names: [{ name: 'Tested', count: 1 }],
    receivers: [{ rule: 'first', count: 1 }],
  })
  const { sent } = await replayed(cloud, wish)
  expect(sent.map(({ payload }) => JSON.parse(payload).time)).toEqual(['1970-01-01T00:33:20Z'])
})

test('one event alone is replayed, also among others of the same second', async () => {
  const cloud = await start()
  const at = { Time: new Date(5_000_000) }
  await put(cloud.client, { n: 1 }, at)
  await put(cloud.client, { n: 2 }, at)
  await put(cloud.client, { n: 3 }, at)
  const wish = { place: 2, rules: ['first'], rerun: true }
  expect(await cloud.post('replays/plan', wish)).toMatchObject({
    names: [{ name: 'Tested', count: 1 }],
    receivers: [{ rule: 'first', count: 1 }],
  })
  const { name, sent } = await replayed(cloud, wish)
  expect(name).toMatch(/^rerun-/)
  expect(sent.map(({ payload }) => JSON.parse(payload))).toMatchObject([{ detail: { n: 2 }, 'replay-name': name }])
})

test('a consumer whose pattern looks into events gets at most as many', async () => {
  const { client, post } = await start()
  await client.send(new PutRuleCommand({ Name: 'second', EventPattern: '{"detail":{"n":[1,2]}}' }))
  await put(client, { n: 1 })
  await put(client, { n: 2 })
  expect(await post('replays/plan', { rules: ['second'] })).toMatchObject({ receivers: [{ count: 2, atMost: true }] })
})

test.each([
  [{ rerun: true }, /Choose who is to do it again/],
  [{ rules: ['third'] }, /no consumer third/],
  [{ archive: 'lost' }, /no archive lost/],
  [{ from: 2, to: 1 }, /range is empty/],
  [{ place: 99 }, /not kept/],
  [{ names: ['Nothing'] }, /No event/],
  [{ names: ['Mended'], rules: ['second'] }, /No consumer takes/],
])('%j cannot be started, and is told why', async (wish, reason) => {
  const { client, post } = await start()
  await put(client, {}, { DetailType: 'Mended' })
  const { status, detail } = await post('replays', wish)
  expect([status, detail]).toEqual([400, expect.stringMatching(reason)])
})

test('a replay can be cancelled while it runs, and not afterwards', async () => {
  const { client, post, get } = await start()
  await put(client)
  const { name } = await post('replays', {})
  const cancelled = await post(`replays/${name}/cancel`, {})
  expect([204, 400]).toContain(cancelled.status)
  await until(async () =>
    expect(Object(await get(`replays/${name}`)).state).toMatch(cancelled.status === 204 ? 'CANCELLED' : 'COMPLETED'),
  )
  expect(await post(`replays/${name}/cancel`, {})).toMatchObject({ status: 400 })
  expect(await get('replays/none')).toMatchObject({ status: 404 })
})
