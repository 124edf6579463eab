import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './cloud-context.ts'
import { addRule, put, QUEUE, recordingTarget, running, settled } from './eventbridge-bus.ts'

const EventPattern = '{"source":["test"]}'
const arn = (rest: string) => `arn:aws:events:us-east-1:000000000000:${rest}`
const error = (name: string, message: string) => ({ name, message })

describe('rules', () => {
  test('are put, described, put again with their targets kept, and survive a restart', async () => {
    const stateDir = temporaryFolder()
    const first = await running({ stateDir })
    const rule = { Name: 'all', EventPattern, Description: 'All of them', RoleArn: 'arn:aws:iam::000000000000:role/r' }
    expect(await first.client.send(new PutRuleCommand(rule))).toMatchObject({ RuleArn: arn('rule/all') })
    await addRule(first.client, 'all', {})
    const { client, eventBridge } = await running({ stateDir })
    expect(await client.send(new DescribeRuleCommand({ Name: 'all' }))).toMatchObject({
      Name: 'all',
      Arn: arn('rule/all'),
      EventBusName: 'default',
      EventPattern,
      State: 'ENABLED',
    })
    // What a second PutRule leaves out is empty afterwards.
    expect(await client.send(new DescribeRuleCommand({ Name: 'all' }))).not.toHaveProperty('Description')
    await put(client)
    await settled(eventBridge)
    expect(eventBridge.recent({})[0]?.deliveries).toHaveLength(1)
  })

  test('match only while they are enabled and exist', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', {})
    const state = async () => (await client.send(new DescribeRuleCommand({ Name: 'all' }))).State
    await client.send(new DisableRuleCommand({ Name: 'all' }))
    expect(await state()).toBe('DISABLED')
    await put(client)
    await client.send(new EnableRuleCommand({ Name: 'all' }))
    expect(await state()).toBe('ENABLED')
    const id = await put(client)
    await settled(eventBridge)
    expect(target.sent.map(({ event }) => event.id)).toEqual([id])

    const remove = () => client.send(new DeleteRuleCommand({ Name: 'all' }))
    await expect(remove()).rejects.toMatchObject(
      error('ValidationException', "Rule can't be deleted since it has targets."),
    )
    await client.send(new RemoveTargetsCommand({ Rule: 'all', Ids: ['t1'] }))
    await remove()
    await remove()
    await put(client)
    expect(eventBridge.recent({})[0]?.deliveries).toEqual([])
  })

  test('are listed in pages', async () => {
    const { client } = await running()
    for (const name of ['c', 'a2', 'a1', 'b']) await addRule(client, name, {})
    const names = async (input: object) => {
      const { Rules, NextToken } = await client.send(new ListRulesCommand(input))
      return { names: Rules?.map(({ Name }) => Name), NextToken }
    }
    expect(await names({})).toEqual({ names: ['a1', 'a2', 'b', 'c'] })
    expect(await names({ NamePrefix: 'a' })).toEqual({ names: ['a1', 'a2'] })
    const first = await names({ Limit: 3 })
    expect(first).toEqual({ names: ['a1', 'a2', 'b'], NextToken: expect.any(String) })
    expect(await names({ Limit: 3, NextToken: first.NextToken })).toEqual({ names: ['c'] })
    await expect(names({ NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test.each<[string, (client: EventBridgeClient) => Promise<unknown>, string, string]>([
    [
      'an unknown rule',
      (client) => client.send(new DescribeRuleCommand({ Name: 'x' })),
      'ResourceNotFoundException',
      'Rule x does not exist on EventBus default.',
    ],
    [
      'a rule to disable',
      (client) => client.send(new DisableRuleCommand({ Name: 'x' })),
      'ResourceNotFoundException',
      'Rule x does not exist on EventBus default.',
    ],
    [
      'an unknown bus',
      (client) => client.send(new PutRuleCommand({ Name: 'x', EventPattern, EventBusName: 'no' })),
      'ResourceNotFoundException',
      'Event bus no does not exist.',
    ],
    [
      'neither pattern nor schedule',
      (client) => client.send(new PutRuleCommand({ Name: 'x' })),
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    ],
    [
      'a pattern that is none',
      (client) => client.send(new PutRuleCommand({ Name: 'x', EventPattern: '{"a":[]}' })),
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Empty arrays are not allowed\n at [Source: (String)"{"a":[]}"; line: 1, column: 8]',
    ],
  ])('refuse %s', async (_, call, name, message) => {
    const { client } = await running()
    await expect(call(client)).rejects.toMatchObject(error(name, message))
  })

  test('refuse names that are too long or have other characters', async () => {
    const { client } = await running()
    for (const Name of ['x'.repeat(65), 'a b', 'ä']) {
      await expect(client.send(new PutRuleCommand({ Name, EventPattern }))).rejects.toMatchObject({
        name: 'ValidationException',
      })
    }
  })
})

describe('TestEventPattern', () => {
  const event = { id: '1', account: '0', source: 'test', time: '2026-01-01T00:00:00Z', region: 'r', 'detail-type': 'T' }
  const ask = async (pattern: string, Event: string) => {
    const { client } = await running()
    return (await client.send(new TestEventPatternCommand({ EventPattern: pattern, Event }))).Result
  }
  test('answers whether it matches', async () => {
    expect(await ask(EventPattern, JSON.stringify(event))).toBe(true)
    expect(await ask('{"source":["other"]}', JSON.stringify(event))).toBe(false)
  })
  test.each([...Object.keys(event).map((key) => JSON.stringify({ ...event, [key]: undefined })), '{', '[]'])(
    'refuses the event %s',
    async (Event) => {
      await expect(ask(EventPattern, Event)).rejects.toMatchObject(
        error('ValidationException', 'Parameter Event is not valid.'),
      )
    },
  )
  test('refuses a pattern that is none', async () => {
    await expect(ask('{}', JSON.stringify(event))).rejects.toMatchObject({ name: 'InvalidEventPatternException' })
  })
})

describe('targets', () => {
  test('are put, overwritten by id, listed and removed', async () => {
    const { client } = await running()
    await addRule(client, 'all', {}, { Arn: `${QUEUE}-2` })
    const InputTransformer = { InputPathsMap: { n: '$.detail.n' }, InputTemplate: '{"n":<n>}' }
    const put = await client.send(
      new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: 't2', Arn: `${QUEUE}-3`, InputTransformer }] }),
    )
    expect(put).toMatchObject({ FailedEntryCount: 0, FailedEntries: [] })
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }))
    expect(Targets).toEqual([
      { Id: 't1', Arn: QUEUE },
      { Id: 't2', Arn: `${QUEUE}-3`, InputTransformer },
    ])
    const names = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: `${QUEUE}-3` }))
    expect(names.RuleNames).toEqual(['all'])
    const removed = await client.send(new RemoveTargetsCommand({ Rule: 'all', Ids: ['t1', 'nobody'] }))
    expect(removed).toMatchObject({ FailedEntryCount: 1, FailedEntries: [{ TargetId: 'nobody' }] })
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }))).Targets).toHaveLength(1)
  })

  test.each([
    [
      'two inputs',
      { Input: '1', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target t1.',
    ],
    [
      'an unknown placeholder',
      { InputTransformer: { InputPathsMap: { a: '$' }, InputTemplate: '<a> <b>' } },
      'InputTemplate for target t1 contains invalid placeholder b.',
    ],
    [
      'an ARN that is none',
      { Arn: 'queue' },
      'Parameter queue is not valid. Reason: Provided Arn is not in correct format.',
    ],
  ])('refuse %s', async (_, target, message) => {
    const { client } = await running()
    await expect(addRule(client, 'all', target)).rejects.toMatchObject(error('ValidationException', message))
  })

  test('are five of a rule at most', async () => {
    const { client } = await running()
    await addRule(client, 'all', {}, {}, {}, {}, {})
    await expect(addRule(client, 'all', {}, {}, {}, {}, {}, {})).rejects.toMatchObject(
      error('LimitExceededException', 'The requested resource exceeds the maximum number allowed.'),
    )
    await expect(addRule(client, 'all', {}, {}, {}, {}, {})).resolves.toBeUndefined()
  })

  test('are of a rule that exists, and of a kind that is known', async () => {
    const { client } = await running()
    const target = { Id: 'a', Arn: QUEUE }
    await expect(client.send(new PutTargetsCommand({ Rule: 'x', Targets: [target] }))).rejects.toMatchObject(
      error('ResourceNotFoundException', 'Rule x does not exist on EventBus default.'),
    )
    await expect(addRule(client, 'all', { SqsParameters: { MessageGroupId: 'g' } })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('SqsParameters'),
    })
  })
})

describe('event buses', () => {
  test('are created, described, listed and deleted', async () => {
    const { client } = await running()
    const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name: 'mine', Description: 'Mine' }))
    expect(EventBusArn).toBe(arn('event-bus/mine'))
    const described = await client.send(new DescribeEventBusCommand({ Name: EventBusArn }))
    expect(described).toMatchObject({
      Name: 'mine',
      Arn: EventBusArn,
      Description: 'Mine',
      CreationTime: expect.any(Date),
    })
    expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default' })
    const names = async (input: object) =>
      (await client.send(new ListEventBusesCommand(input))).EventBuses?.map(({ Name }) => Name)
    expect(await names({})).toEqual(['default', 'mine'])
    expect(await names({ NamePrefix: 'm' })).toEqual(['mine'])

    const rule = { Name: 'r', EventBusName: 'mine' }
    expect(await client.send(new PutRuleCommand({ ...rule, EventPattern }))).toMatchObject({
      RuleArn: arn('rule/mine/r'),
    })
    const remove = () => client.send(new DeleteEventBusCommand({ Name: 'mine' }))
    await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' })
    await client.send(new DeleteRuleCommand(rule))
    await remove()
    await remove()
    expect(await names({})).toEqual(['default'])
  })

  test('refuse what cannot be', async () => {
    const { client } = await running()
    await client.send(new CreateEventBusCommand({ Name: 'mine' }))
    await expect(client.send(new CreateEventBusCommand({ Name: 'mine' }))).rejects.toMatchObject(
      error('ResourceAlreadyExistsException', 'Event bus mine already exists.'),
    )
    await expect(client.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toMatchObject(
      error('ValidationException', 'Cannot delete event bus default.'),
    )
    await expect(client.send(new DescribeEventBusCommand({ Name: 'x' }))).rejects.toMatchObject(
      error('ResourceNotFoundException', 'Event bus x does not exist.'),
    )
  })

  test('answer an operation that is not there with an error', async () => {
    const { client } = await running()
    const { ListPartnerEventSourcesCommand } = await import('@aws-sdk/client-eventbridge')
    await expect(client.send(new ListPartnerEventSourcesCommand({ NamePrefix: 'x' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
  })
})
