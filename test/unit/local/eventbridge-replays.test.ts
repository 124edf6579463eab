import {
  CancelReplayCommand,
  CreateEventBusCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  ListReplaysCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { untilTrue } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'
import {
  ARCHIVE,
  archive,
  arn,
  BUS,
  described,
  ended,
  putAt,
  replay,
  replayState,
  START,
} from './eventbridge-archive.ts'
import { addRule, put, QUEUE, recordingTarget, running, settled } from './eventbridge-bus.ts'

const error = (name: string, message: string) => ({ name, message })

const putTen = (client: EventBridgeClient) => {
  const entry = { Source: 'test', DetailType: 'Tested', Detail: '{}', Time: new Date(START) }
  return client.send(new PutEventsCommand({ Entries: Array(10).fill(entry) }))
}

describe('a replay', () => {
  test('delivers what was archived in order of time, named, with the same ids, and archives it no more', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await archive(client)
    const ids = await putAt(client, 30, 10, 20, -1, 3601)
    await addRule(client, 'later', {})
    const started = await replay(client, 'again', { Description: 'Once more' })
    expect(started).toMatchObject({
      ReplayArn: arn('replay/again'),
      State: 'STARTING',
      ReplayStartTime: expect.any(Date),
    })
    await ended(client, 'again')
    await settled(eventBridge)
    expect(target.bodies()).toMatchObject([{ detail: { n: 10 } }, { detail: { n: 20 } }, { detail: { n: 30 } }])
    expect(target.sent.map(({ event }) => event.id)).toEqual([ids[1], ids[2], ids[0]])
    expect(target.sent[0]?.payload).toContain('"region":"us-east-1","replay-name":"again","resources":[]')
    expect(target.bodies()).toMatchObject([{ id: ids[1], time: '2026-03-01T00:00:10Z' }, {}, {}])
    expect(await described(client)).toMatchObject({ EventCount: 5 })
    expect(await client.send(new DescribeReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      ReplayName: 'again',
      ReplayArn: arn('replay/again'),
      Description: 'Once more',
      State: 'COMPLETED',
      EventSourceArn: ARCHIVE,
      Destination: { Arn: BUS, FilterArns: [] },
      EventStartTime: new Date(START),
      EventEndTime: new Date(START + 3_600_000),
      EventLastReplayedTime: new Date(START + 30_000),
      ReplayStartTime: expect.any(Date),
      ReplayEndTime: expect.any(Date),
    })
  })

  test('shows each delivery of an event beside the first', async () => {
    const target = recordingTarget({ tracked: true })
    const { client, eventBridge } = await running(target)
    await archive(client)
    await addRule(client, 'all', {})
    await putAt(client, 0)
    await untilTrue(() => target.sent.length === 1)
    const report = (messageId: string, outcome: 'processed' | 'duplicate') =>
      eventBridge.report({ queueArn: QUEUE, messageId, outcome, attempts: 1, ms: 1 })
    report('message-1', 'processed')
    await replay(client, 'again')
    await untilTrue(() => target.sent.length === 2)
    expect(eventBridge.inFlight()).toBe(1)
    report('message-2', 'duplicate')
    expect(eventBridge.inFlight()).toBe(0)
    expect(eventBridge.recent({})).toMatchObject([{ deliveries: [{ outcome: 'processed' }, { outcome: 'duplicate' }] }])
  })

  test('goes to chosen rules only', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await archive(client)
    await putAt(client, 1)
    await addRule(client, 'chosen', {})
    await addRule(client, 'not-chosen', { Arn: `${QUEUE}-2` })
    await replay(client, 'again', { Destination: { Arn: BUS, FilterArns: [arn('rule/chosen')] } })
    await ended(client, 'again')
    await settled(eventBridge)
    expect(target.sent.map(({ targetArn }) => targetArn)).toEqual([QUEUE])
  })

  test('of more events than fit in a page loses none and repeats none', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await archive(client)
    const ids = await Promise.all(
      Array.from({ length: 230 }, (_, n) => put(client, {}, { Time: new Date(START + (n % 7) * 1000) })),
    )
    await addRule(client, 'all', {})
    await replay(client, 'again')
    await ended(client, 'again')
    await settled(eventBridge)
    expect(target.sent.map(({ event }) => event.id).sort()).toEqual(ids.sort())
  })

  test('lets its consumers catch up while much waits for them, but not for ever', async () => {
    const target = recordingTarget({ tracked: true })
    const { client } = await running(target)
    await archive(client)
    await Promise.all(Array.from({ length: 110 }, () => putTen(client)))
    await addRule(client, 'all', {})
    await replay(client, 'again')
    await untilTrue(() => target.sent.length >= 1000)
    expect(target.sent.length).toBeLessThan(1100)
    // Nobody reports on any.
    await ended(client, 'again')
    expect(target.sent).toHaveLength(1100)
  })

  test('does not replay what it causes', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running({
      ...target,
      deliver: async (...sending) => {
        if (target.sent.length < 20) await putAt(client, 100)
        return target.deliver(...sending)
      },
    })
    await archive(client)
    await putAt(client, 1)
    await client.send(new PutRuleCommand({ Name: 'replayed', EventPattern: '{"replay-name":[{"exists":true}]}' }))
    await client.send(new PutTargetsCommand({ Rule: 'replayed', Targets: [{ Id: 'a', Arn: QUEUE }] }))
    await replay(client, 'again')
    await ended(client, 'again')
    await settled(eventBridge)
    expect(target.sent).toHaveLength(1)
  })

  test('goes on after a restart where it was', async () => {
    const stateDir = temporaryFolder()
    const before = recordingTarget()
    const first = await running({ ...before, stateDir })
    await archive(first.client)
    const ids = await Promise.all(
      Array.from({ length: 230 }, (_, n) => put(first.client, {}, { Time: new Date(START + n * 1000) })),
    )
    await addRule(first.client, 'all', {})
    await replay(first.client, 'again')
    await untilTrue(() => before.sent.length >= 50)
    first.stop()

    const after = recordingTarget()
    const second = await running({ ...after, stateDir })
    await ended(second.client, 'again')
    await settled(second.eventBridge)
    const delivered = new Set([...before.sent, ...after.sent].map(({ event }) => event.id))
    expect(before.sent.length).toBeLessThan(230)
    expect([...delivered].sort()).toEqual(ids.sort())
    expect(after.sent.length).toBeLessThanOrEqual(230 - before.sent.length + 64)
  })

  test('can be cancelled while it runs, and not after', async () => {
    const { client } = await running({ deliver: () => new Promise(() => {}) })
    await archive(client)
    await Promise.all(Array.from({ length: 400 }, () => putAt(client, 1)))
    await addRule(client, 'all', {})
    await replay(client, 'again')
    // It waits, as nothing that it sends is taken.
    await untilTrue(async () => (await replayState(client, 'again')) === 'RUNNING')
    const cancel = () => client.send(new CancelReplayCommand({ ReplayName: 'again' }))
    expect(await cancel()).toMatchObject({ ReplayArn: arn('replay/again'), State: 'CANCELLING' })
    await ended(client, 'again', 'CANCELLED')
    await expect(cancel()).rejects.toMatchObject(
      error('IllegalStatusException', 'Replay again is not in a valid state for this operation.'),
    )
  })

  test('is listed', async () => {
    const { client } = await running()
    await archive(client)
    await replay(client, 'one')
    await replay(client, 'two')
    await ended(client, 'one')
    await ended(client, 'two')
    const names = async (input: object) =>
      (await client.send(new ListReplaysCommand(input))).Replays?.map(({ ReplayName }) => ReplayName)
    expect(await names({})).toEqual(['one', 'two'])
    expect(await names({ NamePrefix: 't' })).toEqual(['two'])
    expect(await names({ State: 'RUNNING' })).toEqual([])
    expect(await names({ EventSourceArn: ARCHIVE, Limit: 1 })).toEqual(['one'])
  })

  test.each([
    [
      'EventSourceArn',
      { EventSourceArn: arn('archive/x') },
      'ValidationException',
      'Parameter EventSourceArn is not valid. Reason: Archive x does not exist.',
    ],
    [
      'another bus',
      { Destination: { Arn: arn('event-bus/mine') } },
      'ValidationException',
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      'no bus',
      { Destination: { Arn: arn('event-bus/no') } },
      'ResourceNotFoundException',
      'Event bus no does not exist.',
    ],
    [
      'no ARN',
      { Destination: { Arn: 'default' } },
      'ValidationException',
      'Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.',
    ],
    [
      'times',
      { EventEndTime: new Date(START) },
      'ValidationException',
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
    ['a name in use', { ReplayName: 'used' }, 'ResourceAlreadyExistsException', 'Replay used already exists.'],
  ])('is refused for %s', async (_, input, name, message) => {
    const { client } = await running()
    await client.send(new CreateEventBusCommand({ Name: 'mine' }))
    await archive(client)
    await replay(client, 'used')
    await expect(replay(client, 'again', input)).rejects.toMatchObject(error(name, message))
  })

  test('is the eleventh at a time: refused', async () => {
    const { client } = await running({ deliver: () => new Promise(() => {}) })
    await archive(client)
    await addRule(client, 'all', {})
    await Promise.all(Array.from({ length: 400 }, () => putAt(client, 1)))
    await Promise.all(Array.from({ length: 10 }, (_, n) => replay(client, `replay-${n}`)))
    await expect(replay(client, 'replay-10')).rejects.toMatchObject({ name: 'LimitExceededException' })
  })

  test('that is not there is not found', async () => {
    const { client } = await running()
    for (const Command of [DescribeReplayCommand, CancelReplayCommand]) {
      await expect(client.send(new Command({ ReplayName: 'x' }))).rejects.toMatchObject(
        error('ResourceNotFoundException', 'Replay x does not exist.'),
      )
    }
  })
})
