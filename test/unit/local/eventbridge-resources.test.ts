import {
  DescribeRuleCommand,
  DisableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge'
import { expect, test } from 'vitest'
import { provision, temporaryFolder } from './cloud-context.ts'
import { clientOf, put, QUEUE, recordingTarget, settled, startEventBridge } from './eventbridge-bus.ts'

const arn = (rest: string) => `arn:aws:events:us-east-1:000000000000:${rest}`
const EventPattern = { source: ['test'] }
const ruleOf = (properties: object = {}) => ({
  Name: 'consume',
  EventBusName: 'mine',
  EventPattern,
  State: 'ENABLED',
  Targets: [{ Id: 'queue', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: '3' }, DeadLetterConfig: { Arn: QUEUE } }],
  ...properties,
})

async function start(stateDir: string, ...rules: readonly object[]) {
  const target = recordingTarget()
  const { eventBridge, stop } = startEventBridge({ ...target, stateDir })
  await provision(eventBridge, 'AWS::Events::EventBus', { Name: 'mine', Tags: [] })
  for (const rule of rules) await provision(eventBridge, 'AWS::Events::Rule', rule)
  await eventBridge.start?.()
  return { eventBridge, target, stop, client: await clientOf(eventBridge) }
}

test('resources answer Ref and GetAtt as CloudFormation does', async () => {
  const { eventBridge } = startEventBridge()
  expect(await provision(eventBridge, 'AWS::Events::EventBus', { Name: 'mine' })).toEqual({
    ref: 'mine',
    attributes: { Arn: arn('event-bus/mine'), Name: 'mine' },
  })
  expect(await provision(eventBridge, 'AWS::Events::Rule', ruleOf())).toEqual({
    ref: 'mine|consume',
    attributes: { Arn: arn('rule/mine/consume') },
  })
  expect(await provision(eventBridge, 'AWS::Events::Rule', { EventPattern })).toEqual({
    ref: expect.stringMatching(/^Test-Resource-[\da-f]{12}$/),
    attributes: { Arn: expect.stringMatching(/rule\/Test-Resource-[\da-f]{12}$/) },
  })
  const archive = { ArchiveName: 'kept', SourceArn: arn('event-bus/mine'), RetentionDays: '90' }
  expect(await provision(eventBridge, 'AWS::Events::Archive', archive)).toEqual({
    ref: 'kept',
    attributes: { Arn: arn('archive/kept') },
  })
  expect(await provision(eventBridge, 'AWS::Events::EventBusPolicy', { StatementId: 's' })).toEqual({ ref: 's' })
})

test('a rule of the template delivers', async () => {
  const { client, eventBridge, target } = await start(temporaryFolder(), ruleOf())
  await put(client, {}, { EventBusName: 'mine' })
  await settled(eventBridge)
  expect(target.sent).toHaveLength(1)
})

test('a rule disabled by API stays so over restarts, until the template changes', async () => {
  const stateDir = temporaryFolder()
  const first = await start(stateDir, ruleOf())
  await first.client.send(new DisableRuleCommand({ Name: 'consume', EventBusName: 'mine' }))
  first.stop()
  const state = async ({ client }: typeof first) =>
    (await client.send(new DescribeRuleCommand({ Name: 'consume', EventBusName: 'mine' }))).State
  const second = await start(stateDir, ruleOf())
  expect(await state(second)).toBe('DISABLED')
  second.stop()
  const third = await start(stateDir, ruleOf({ Description: 'Changed' }))
  expect(await state(third)).toBe('ENABLED')
})

test('a changed rule takes its new targets and pattern', async () => {
  const stateDir = temporaryFolder()
  const first = await start(stateDir, ruleOf())
  first.stop()
  const Targets = [{ Id: 'other', Arn: `${QUEUE}-2` }]
  const { client, eventBridge, target } = await start(
    stateDir,
    ruleOf({ Targets, EventPattern: { 'detail-type': ['New'] } }),
  )
  const rule = { Rule: 'consume', EventBusName: 'mine' }
  expect((await client.send(new ListTargetsByRuleCommand(rule))).Targets).toEqual(Targets)
  await put(client, {}, { EventBusName: 'mine' })
  await put(client, {}, { EventBusName: 'mine', DetailType: 'New' })
  await settled(eventBridge)
  expect(target.sent).toMatchObject([{ targetArn: `${QUEUE}-2` }])
})

test('a rule that has left the template is gone', async () => {
  const stateDir = temporaryFolder()
  const first = await start(stateDir, ruleOf(), ruleOf({ Name: 'old' }))
  first.stop()
  const { client } = await start(stateDir, ruleOf())
  const { Rules } = await client.send(new ListRulesCommand({ EventBusName: 'mine' }))
  expect(Rules?.map(({ Name }) => Name)).toEqual(['consume'])
})

test('properties that it does not know are refused', async () => {
  const { eventBridge } = startEventBridge()
  await expect(provision(eventBridge, 'AWS::Events::EventBus', { Name: 'x', EventSourceName: 'y' })).rejects.toThrow(
    'EventSourceName',
  )
  const Targets = [{ Id: 'a', Arn: QUEUE, EcsParameters: {} }]
  await expect(provision(eventBridge, 'AWS::Events::Rule', { EventPattern, Targets })).rejects.toThrow('EcsParameters')
})
