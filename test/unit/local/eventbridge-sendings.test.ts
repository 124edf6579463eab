import { CreateArchiveCommand, DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge'
import { expect, test } from 'vitest'
import type { Sendings } from '../../../infra/local/chaos.ts'
import { until } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'
import { addRule, put, recordingTarget, running, settled } from './eventbridge-bus.ts'

const numbers = (bodies: readonly unknown[]) => bodies.map((body) => /"n":(\d)/.exec(JSON.stringify(body))?.[1])
const when =
  (n: number, delays: readonly number[]): Sendings =>
  (envelope) =>
    envelope.includes(`"n":${n}`) ? delays : [0]

test('an event may be sent twice: two deliveries, each settled by itself', async () => {
  const target = recordingTarget()
  const { client, eventBridge } = await running({ ...target, sendings: when(1, [0, 30]) })
  await addRule(client, 'all', {})
  await put(client, { n: 1 })
  await settled(eventBridge)
  expect(numbers(target.bodies())).toEqual(['1', '1'])
  expect(target.bodies()[0]).toEqual(target.bodies()[1])
  expect(eventBridge.recent({})[0]?.deliveries).toMatchObject([{ outcome: 'processed' }, { outcome: 'processed' }])
})

test('an event may be late, and another overtake it', async () => {
  const target = recordingTarget()
  const { client, eventBridge } = await running({ ...target, sendings: when(1, [150]) })
  await addRule(client, 'all', {})
  await put(client, { n: 1 })
  expect(eventBridge.inFlight()).toBe(1)
  await put(client, { n: 2 })
  await settled(eventBridge)
  expect(numbers(target.bodies())).toEqual(['2', '1'])
})

test('what was late when the process died is sent by the next one', async () => {
  const stateDir = temporaryFolder()
  const first = await running({ stateDir, sendings: when(1, [0, 400]) })
  await addRule(first.client, 'all', {})
  await put(first.client, { n: 1 })
  first.stop()
  const target = recordingTarget()
  const { eventBridge } = await running({ ...target, stateDir })
  await settled(eventBridge)
  expect(numbers(target.bodies())).toContain('1')
})

test('a replay is completed when a target was offered each of its deliveries', async () => {
  const target = recordingTarget()
  const sendings: Sendings = (envelope) => (envelope.includes('replay-name') ? [200] : [0])
  const { client } = await running({ ...target, sendings })
  const arn = (rest: string) => `arn:aws:events:us-east-1:000000000000:${rest}`
  await client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: arn('event-bus/default') }))
  await addRule(client, 'all', {})
  await put(client, { n: 1 }, { Time: new Date('2026-03-01T00:00:00Z') })
  await client.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: arn('archive/kept'),
      EventStartTime: new Date('2026-03-01T00:00:00Z'),
      EventEndTime: new Date('2026-03-02T00:00:00Z'),
      Destination: { Arn: arn('event-bus/default') },
    }),
  )
  await until(async () => {
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName: 'again' }))
    expect(State).toBe('COMPLETED')
  })
  expect(target.sent).toHaveLength(2)
})

test('a delivery tells its target which attempt it is, of how many', async () => {
  const target = recordingTarget({
    fail: (_, attempt) => {
      if (attempt < 3) throw new Error('not yet')
    },
  })
  const { client, eventBridge } = await running({ ...target, backoff: () => 1 })
  await addRule(client, 'all', { RetryPolicy: { MaximumRetryAttempts: 7 } })
  await put(client, { n: 1 })
  await settled(eventBridge)
  expect(target.attempted.map(({ event: { attempt, mostAttempts } }) => [attempt, mostAttempts])).toEqual([
    [1, 8],
    [2, 8],
    [3, 8],
  ])
})
