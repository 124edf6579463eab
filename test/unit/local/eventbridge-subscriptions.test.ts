import { DisableRuleCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { addRule, put, QUEUE, recordingTarget, running } from './eventbridge-bus.ts'

test('every target of a rule with a pattern is a subscription', async () => {
  const { client, eventBridge } = await running()
  await addRule(client, 'jobs', { Id: 'queue' }, { Id: 'other', Arn: `${QUEUE}-2` })
  await client.send(new PutRuleCommand({ Name: 'hourly', ScheduleExpression: 'rate(1 hour)' }))
  await client.send(new PutTargetsCommand({ Rule: 'hourly', Targets: [{ Id: 'queue', Arn: QUEUE }] }))
  await client.send(new DisableRuleCommand({ Name: 'jobs' }))
  expect(eventBridge.subscriptions.all()).toMatchObject([
    { consumer: 'jobs/queue', rule: 'jobs', bus: 'default', isEnabled: false, events: [], target: { Arn: QUEUE } },
    { consumer: 'jobs/other', pattern: '{"source":["test"]}', target: { Arn: `${QUEUE}-2` } },
  ])
})

test.each([
  ['of its name', { 'detail-type': ['Tested'] }, ['Tested'], true],
  ['of its source', { source: ['test'] }, [], true],
  [
    'of both, whatever else is asked',
    { source: ['test'], 'detail-type': ['Tested'], detail: { n: [1] } },
    ['Tested'],
    true,
  ],
  ['of a prefix', { 'detail-type': [{ prefix: 'Te' }] }, [], true],
  [
    'of one branch',
    { $or: [{ 'detail-type': ['A'] }, { 'detail-type': ['Tested'], detail: { n: [1] } }] },
    ['A', 'Tested'],
    true,
  ],
  ['of a branch about the detail alone', { $or: [{ 'detail-type': ['A'] }, { detail: { n: [1] } }] }, [], true],
  ['about the detail alone', { detail: { n: [1] } }, [], true],
  ['of another name', { source: ['test'], 'detail-type': ['Other'] }, ['Other'], false],
  ['of another source', { source: ['other'], 'detail-type': ['Tested'] }, ['Tested'], false],
  ['of neither branch', { $or: [{ 'detail-type': ['A'] }, { 'detail-type': ['B'] }] }, ['A', 'B'], false],
])('a pattern %s', async (_, pattern, events, takes) => {
  const { client, eventBridge } = await running()
  await addRule(client, 'jobs', {})
  await client.send(new PutRuleCommand({ Name: 'jobs', EventPattern: JSON.stringify(pattern) }))
  expect(eventBridge.subscriptions.all()).toMatchObject([{ events }])
  expect(eventBridge.subscriptions.of('test', 'Tested')).toHaveLength(takes ? 1 : 0)
})

test('how deliveries fare is counted and timed, and the last attempt at a message known', async () => {
  const { deliver } = recordingTarget({ tracked: true })
  const { client, eventBridge } = await running({ deliver })
  await addRule(client, 'jobs', {})
  const ids: string[] = []
  for (let n = 1; n <= 5; n++) ids.push(await put(client, { n }))
  await until(() => expect(eventBridge.attempted(QUEUE, 'message-5')).toBeDefined())
  const report = (n: number, outcome: 'processed' | 'duplicate' | 'retrying' | 'dead', ms: number, error?: string) =>
    eventBridge.report({
      queueArn: QUEUE,
      messageId: `message-${n}`,
      outcome,
      attempts: outcome === 'dead' ? 0 : n,
      ms,
      ...(error ? { error } : {}),
    })
  report(1, 'processed', 10)
  report(2, 'duplicate', 20)
  report(3, 'retrying', 60, 'Error: busy')
  report(4, 'retrying', 90, 'Error: no')
  report(4, 'dead', 0)
  expect(eventBridge.tallies()).toEqual([
    {
      ruleArn: 'arn:aws:events:us-east-1:000000000000:rule/jobs',
      targetId: 't1',
      pending: 1,
      processed: 1,
      duplicate: 1,
      retrying: 1,
      dead: 1,
      averageMs: 45,
      p99Ms: 90,
    },
  ])
  expect(eventBridge.attempted(QUEUE, 'message-4')).toEqual({ eventId: ids[3], attempts: 4, error: 'Error: no' })
  expect(eventBridge.attempted(QUEUE, 'no such message')).toBeUndefined()
  expect(eventBridge.attempted('arn:another', 'message-4')).toBeUndefined()
})
