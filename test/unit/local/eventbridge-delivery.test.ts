import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test, vi } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import type { Outcome } from '../../../infra/local/engines/eventbridge/index.ts'
import { untilTrue } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'
import {
  addRule,
  DEAD_LETTERS,
  put,
  QUEUE,
  recordingTarget,
  running,
  type Sent,
  settled,
  startEventBridge,
} from './eventbridge-bus.ts'

const soon = () => 1
const unavailable = (times: number) => (sent: Sent, attempt: number) => {
  if (sent.targetArn === QUEUE && attempt <= times) throw new AwsError('ServiceUnavailable', 'Try later', 503)
}
const settlement = (outcome: Outcome, messageId = 'message-1') => ({
  queueArn: QUEUE,
  messageId,
  outcome,
  attempts: 1,
  ms: 12,
})

describe('delivery', () => {
  test('goes to every target of every rule that matches and is enabled, each with the same id', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await addRule(client, 'one', {}, { Arn: `${QUEUE}-2` })
    await addRule(client, 'two', { Arn: `${QUEUE}-3` })
    await client.send(new PutRuleCommand({ Name: 'other', EventPattern: '{"source":["other"]}' }))
    await client.send(new PutTargetsCommand({ Rule: 'other', Targets: [{ Id: 'a', Arn: QUEUE }] }))
    await addRule(client, 'disabled', { Arn: `${QUEUE}-4` })
    await client.send(new PutRuleCommand({ Name: 'disabled', EventPattern: '{"source":["test"]}', State: 'DISABLED' }))
    const id = await put(client)
    await settled(eventBridge)
    expect(target.sent.map(({ targetArn }) => targetArn).sort()).toEqual([QUEUE, `${QUEUE}-2`, `${QUEUE}-3`])
    expect(new Set(target.sent.map(({ event }) => event.id))).toEqual(new Set([id]))
    expect(
      eventBridge
        .recent({})[0]
        ?.deliveries.map(({ consumer }) => consumer)
        .sort(),
    ).toEqual(['one/t1', 'one/t2', 'two'])
  })

  test('is answered before it is made', async () => {
    const order: string[] = []
    const { client, eventBridge } = await running({
      deliver: async () => {
        order.push('delivered')
        return { tracked: false }
      },
    })
    await addRule(client, 'all', {})
    eventBridge.onChange(() => order.push('changed'))
    await put(client)
    await settled(eventBridge)
    expect(order).toEqual(['changed', 'delivered', 'changed'])
  })

  test('that a SIGKILL cut off is made by the next run', async () => {
    const stateDir = temporaryFolder()
    const killed = await running({ stateDir, deliver: () => new Promise(() => {}) })
    await addRule(killed.client, 'all', {})
    const id = await put(killed.client, { n: 1 })
    expect(killed.eventBridge.inFlight()).toBe(1)

    const target = recordingTarget()
    const { eventBridge } = startEventBridge({ ...target, stateDir })
    expect(eventBridge.inFlight()).toBe(1)
    await eventBridge.start?.()
    await settled(eventBridge)
    expect(target.sent.map(({ event }) => event.id)).toEqual([id])
  })

  test('is not made again once it was made', async () => {
    const stateDir = temporaryFolder()
    const first = await running({ stateDir })
    await addRule(first.client, 'all', {})
    await put(first.client)
    await settled(first.eventBridge)

    const target = recordingTarget()
    const second = await running({ ...target, stateDir })
    await put(second.client)
    await settled(second.eventBridge)
    expect(target.sent).toHaveLength(1)
  })

  test('counts every one of many events at once', async () => {
    const target = recordingTarget({ tracked: true })
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', {})
    await Promise.all(Array.from({ length: 200 }, () => put(client)))
    await untilTrue(() => target.sent.length === 200)
    expect(eventBridge.inFlight()).toBe(200)
    for (let n = 1; n <= 200; n++) eventBridge.report(settlement('processed', `message-${n}`))
    expect(eventBridge.inFlight()).toBe(0)
  })
})

describe('a delivery that fails', () => {
  test('is tried again until it succeeds', async () => {
    const target = recordingTarget({ fail: unavailable(3) })
    const { client, eventBridge } = await running({ ...target, backoff: soon })
    await addRule(client, 'all', {})
    await put(client)
    await settled(eventBridge)
    expect(target.attempted).toHaveLength(4)
    expect(eventBridge.recent({})[0]?.deliveries).toMatchObject([{ outcome: 'processed', attempts: 4 }])
  })

  test('shows as retrying, and is tried again by the next run', async () => {
    const stateDir = temporaryFolder()
    const first = await running({ ...recordingTarget({ fail: unavailable(1) }), stateDir, backoff: () => 200 })
    await addRule(first.client, 'all', {})
    await put(first.client)
    await untilTrue(() => first.eventBridge.recent({})[0]?.deliveries[0]?.outcome === 'retrying')
    expect(first.eventBridge.recent({})[0]?.deliveries).toMatchObject([{ attempts: 1, error: 'Try later' }])
    first.stop()

    const target = recordingTarget()
    const second = await running({ ...target, stateDir })
    await settled(second.eventBridge)
    expect(target.sent).toHaveLength(1)
  })

  test('goes to the dead letters when the attempts are used up', async () => {
    const target = recordingTarget({ fail: unavailable(99) })
    const { client, eventBridge } = await running({ ...target, backoff: soon })
    const RetryPolicy = { MaximumRetryAttempts: 2 }
    await addRule(client, 'all', { RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS }, Input: '"constant"' })
    const id = await put(client, { n: 1 })
    await settled(eventBridge)
    expect(target.attempted.filter(({ targetArn }) => targetArn === QUEUE)).toHaveLength(3)
    expect(target.bodies()).toMatchObject([{ id, detail: { n: 1 } }])
    expect(target.sent[0]).toMatchObject({ targetArn: DEAD_LETTERS, event: { id } })
    expect(target.sent[0]?.attributes).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/all',
      TARGET_ARN: QUEUE,
      ERROR_CODE: 'INTERNAL_ERROR',
      ERROR_MESSAGE: 'Try later',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    })
    expect(eventBridge.recent({})[0]?.deliveries).toMatchObject([{ outcome: 'dead', attempts: 3, error: 'Try later' }])
  })

  test('goes to the dead letters when the event is too old', async () => {
    let now = Date.now()
    const target = recordingTarget({ fail: unavailable(99) })
    const { client, eventBridge } = await running({
      ...target,
      backoff: () => 0,
      context: {
        now: () => {
          now += 10_000
          return now
        },
      },
    })
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 }
    await addRule(client, 'all', { RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS } })
    await put(client)
    await settled(eventBridge)
    expect(target.sent[0]?.attributes).toMatchObject({ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' })
  })

  test.each([
    ['AWS.SimpleQueueService.NonExistentQueue', 'NO_RESOURCE'],
    ['AccessDeniedException', 'NO_PERMISSIONS'],
    ['ExecutionAlreadyExists', 'RESOURCE_ALREADY_EXISTS'],
    ['InvalidParameterValue', 'SDK_CLIENT_ERROR'],
  ])('for good (%s) goes to the dead letters at once, as %s', async (code, ERROR_CODE) => {
    const target = recordingTarget({
      fail: ({ targetArn }) => {
        if (targetArn === QUEUE) throw new AwsError(code, 'No')
      },
    })
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', { DeadLetterConfig: { Arn: DEAD_LETTERS } })
    await put(client)
    await settled(eventBridge)
    expect(target.attempted).toHaveLength(2)
    expect(target.sent[0]?.attributes).toEqual({
      RULE_ARN: expect.any(String),
      TARGET_ARN: QUEUE,
      ERROR_CODE,
      ERROR_MESSAGE: 'No',
      RETRY_ATTEMPTS: '0',
    })
  })

  test.each([
    ['ThrottlingException', 400],
    ['RequestTimeout', 408],
    ['InternalFailure', 500],
  ])('for now (%s) is tried again', async (code, status) => {
    const target = recordingTarget({
      fail: (_, attempt) => {
        if (attempt === 1) throw new AwsError(code, 'Later', status)
      },
    })
    const { client, eventBridge } = await running({ ...target, backoff: soon })
    await addRule(client, 'all', {})
    await put(client)
    await settled(eventBridge)
    expect(target.sent).toHaveLength(1)
  })

  test('and has nowhere to go is told of on the terminal', async () => {
    const warn = vi.fn()
    const deliver = async () => Promise.reject(new AwsError('QueueDoesNotExist', 'No such queue'))
    const { client, eventBridge } = await running({ deliver, context: { warn } })
    await addRule(client, 'none', {})
    await addRule(client, 'gone', { DeadLetterConfig: { Arn: DEAD_LETTERS } })
    await put(client)
    await settled(eventBridge)
    const said = warn.mock.calls.map(([message]) => message).sort()
    expect(said).toEqual([
      expect.stringContaining("(No such queue), and the rule's target has no dead-letter queue: it is dropped."),
      expect.stringContaining(`(No such queue), nor to the dead-letter queue ${DEAD_LETTERS} (No such queue)`),
    ])
  })
})
