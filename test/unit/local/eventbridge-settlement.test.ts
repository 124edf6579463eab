import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import type { Outcome } from '../../../infra/local/engines/eventbridge/index.ts'
import { untilTrue } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'
import { addRule, DEAD_LETTERS, put, QUEUE, recordingTarget, running, type Sent, settled } from './eventbridge-bus.ts'

const _soon = () => 1
const _unavailable = (times: number) => (sent: Sent, attempt: number) => {
  if (sent.targetArn === QUEUE && attempt <= times) throw new AwsError('ServiceUnavailable', 'Try later', 503)
}
const settlement = (outcome: Outcome, messageId = 'message-1') => ({
  queueArn: QUEUE,
  messageId,
  outcome,
  attempts: 1,
  ms: 12,
})

describe('a delivery to a queue that somebody reads', () => {
  const delivered = async (stateDir = temporaryFolder()) => {
    const target = recordingTarget({ tracked: true })
    const started = await running({ ...target, stateDir })
    await addRule(started.client, 'reader', {})
    const id = await put(started.client, { metadata: { correlationId: 'c1' } })
    await untilTrue(() => target.sent.length === 1)
    return { ...started, id, target, delivery: () => started.eventBridge.recent({})[0]?.deliveries[0] }
  }

  test.each(['processed', 'duplicate', 'dead'] as const)('is settled when it is reported %s', async (outcome) => {
    const { eventBridge, delivery } = await delivered()
    expect(delivery()).toMatchObject({
      consumer: 'reader',
      outcome: 'pending',
      attempts: 0,
      ms: undefined,
      rule: 'reader',
      target: QUEUE,
    })
    expect(eventBridge.inFlight()).toBe(1)
    eventBridge.report({ ...settlement('retrying'), error: 'Oops' })
    expect(delivery()).toMatchObject({ outcome: 'retrying', attempts: 1, ms: 12, error: 'Oops' })
    expect(eventBridge.inFlight()).toBe(1)
    eventBridge.report({ ...settlement(outcome), attempts: 2, ms: 7.4 })
    expect(delivery()).toMatchObject({ outcome, attempts: 2, ms: 7 })
    expect(delivery()?.error).toBe(outcome === 'dead' ? 'Oops' : undefined)
    expect(eventBridge.inFlight()).toBe(0)
  })

  test('keeps what its last attempt said when its message is dead-lettered', async () => {
    const { eventBridge, delivery } = await delivered()
    eventBridge.report({ ...settlement('retrying'), attempts: 5, error: 'Oops' })
    eventBridge.report({ ...settlement('dead'), attempts: 0, ms: 0 })
    expect(delivery()).toMatchObject({ outcome: 'dead', attempts: 5, ms: 12, error: 'Oops' })
  })

  test('stays as it is when a message is done again, or is not from here', async () => {
    const { eventBridge, delivery } = await delivered()
    eventBridge.report(settlement('processed'))
    eventBridge.report(settlement('duplicate'))
    eventBridge.report({ ...settlement('dead'), queueArn: DEAD_LETTERS })
    eventBridge.report(settlement('dead', 'message-99'))
    expect(delivery()).toMatchObject({ outcome: 'processed' })
  })

  test('can come back from the dead letters', async () => {
    const { eventBridge, delivery } = await delivered()
    eventBridge.report(settlement('dead'))
    eventBridge.report(settlement('retrying'))
    expect(eventBridge.inFlight()).toBe(1)
    eventBridge.report(settlement('processed'))
    expect(eventBridge.inFlight()).toBe(0)
    expect(delivery()).toMatchObject({ outcome: 'processed' })
  })

  test('can come back from the dead letters as another message, which names its event', async () => {
    const { eventBridge, delivery, target } = await delivered()
    const again = (outcome: Outcome, id = 'message-7') => ({
      ...settlement(outcome, id),
      body: target.sent[0]?.payload ?? '',
    })
    eventBridge.report(settlement('dead'))
    eventBridge.report({ ...again('processed'), queueArn: DEAD_LETTERS })
    for (const body of [
      'something else',
      '[]',
      JSON.stringify({ ...JSON.parse(again('dead').body), 'replay-name': 'r' }),
    ])
      eventBridge.report({ ...again('processed'), body })
    expect(delivery()).toMatchObject({ outcome: 'dead' })
    eventBridge.report(again('retrying'))
    expect(eventBridge.inFlight()).toBe(1)
    // Received too often: that report has no body.
    eventBridge.report({ ...settlement('dead', 'message-7'), attempts: 0 })
    expect(delivery()).toMatchObject({ outcome: 'dead', attempts: 1 })
    expect(eventBridge.inFlight()).toBe(0)
    eventBridge.report(again('processed', 'message-8'))
    expect(delivery()).toMatchObject({ outcome: 'processed' })
    eventBridge.report(again('duplicate', 'message-9'))
    expect(delivery()).toMatchObject({ outcome: 'processed' })
  })

  test('waits for its report over a restart, and is not sent again', async () => {
    const stateDir = temporaryFolder()
    const first = await delivered(stateDir)
    first.stop()
    const target = recordingTarget({ tracked: true })
    const { eventBridge } = await running({ ...target, stateDir })
    expect(eventBridge.inFlight()).toBe(1)
    eventBridge.report(settlement('processed'))
    expect(eventBridge.inFlight()).toBe(0)
    expect(target.attempted).toEqual([])
  })

  test('may be reported before the queue has answered', async () => {
    const { client, eventBridge } = await running({
      deliver: async () => {
        eventBridge.report(settlement('processed'))
        await new Promise(setImmediate)
        return { messageId: 'message-1', tracked: true }
      },
    })
    await addRule(client, 'reader', {})
    await put(client)
    await settled(eventBridge)
    expect(eventBridge.recent({})[0]?.deliveries).toMatchObject([{ outcome: 'processed' }])
  })

  test('tells those who listen, until they stop', async () => {
    const { client, eventBridge, id, target } = await delivered()
    const heard: string[] = []
    const stop = eventBridge.onChange((eventId) => heard.push(eventId))
    eventBridge.report(settlement('processed'))
    expect(heard).toEqual([id])
    stop()
    await put(client)
    await untilTrue(() => target.sent.length === 2)
    expect(heard).toEqual([id])
  })

  test('is found by correlation id and name, newest first', async () => {
    const { client, eventBridge, id } = await delivered()
    const other = await put(client, { metadata: { correlationId: 'c1' } }, { DetailType: 'Other' })
    const third = await put(client, { metadata: { correlationId: 7 } })
    const ids = (filter: object) => eventBridge.recent(filter).map((event) => event.id)
    expect(ids({})).toEqual([third, other, id])
    expect(ids({ limit: 2 })).toEqual([third, other])
    expect(ids({ correlationId: 'c1' })).toEqual([other, id])
    expect(ids({ name: 'Tested' })).toEqual([third, id])
    expect(ids({ name: 'Other', correlationId: 'c1' })).toEqual([other])
    expect(eventBridge.recent({ name: 'Other' })).toMatchObject([
      {
        source: 'test',
        time: expect.stringMatching(/^[\d-]+T[\d:]+Z$/),
        detail: { metadata: { correlationId: 'c1' } },
      },
    ])
  })
})
