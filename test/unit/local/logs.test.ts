import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compileFilterPattern } from '../../../infra/local/engines/logs/filter-pattern.ts'
import { createLogs } from '../../../infra/local/engines/logs.ts'
import { until } from '../../support/until.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const GROUP = '/aws/lambda/greet'

async function start(stateDir?: string) {
  const clock = { now: 1_000 }
  const context = cloudContext(stateDir, { now: () => clock.now })
  const logs = createLogs(context)
  const client = new CloudWatchLogsClient(await awsEndpoint(logs))
  onTestFinished(async () => {
    await logs.stop?.()
    client.destroy()
  })
  return {
    clock,
    context,
    logs,
    client,
    group: (properties: object) => provision(logs, 'AWS::Logs::LogGroup', properties),
    filter: (input: Partial<FilterLogEventsCommandInput> = {}) =>
      client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input })),
    messages: async (input: Partial<FilterLogEventsCommandInput> = {}) => {
      const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }))
      return events.map(({ message }) => message)
    },
  }
}

test('a line can be read the moment after it was written, from a group that nobody created', async () => {
  const { logs, filter } = await start()
  logs.append(GROUP, 'stream', ['one', 'two'])
  expect((await filter()).events).toEqual([
    { eventId: expect.any(String), logStreamName: 'stream', timestamp: 1_000, ingestionTime: 1_000, message: 'one' },
    { eventId: expect.any(String), logStreamName: 'stream', timestamp: 1_000, ingestionTime: 1_000, message: 'two' },
  ])
})

test('writes lines to disk together, soon after and when it stops', async () => {
  const stateDir = temporaryFolder()
  const { logs, context } = await start(stateDir)
  const onDisk = () => context.database.prepare('SELECT count(*) AS count FROM logs_lines').get()?.count
  logs.append(GROUP, 'a', ['one'])
  logs.append(GROUP, 'b', ['two', 'three'])
  expect(onDisk()).toBe(0)
  await until(() => expect(onDisk()).toBe(3))
  logs.append(GROUP, 'a', ['four'])
  await logs.stop?.()
  expect(onDisk()).toBe(4)
  const { messages } = await start(stateDir)
  expect(await messages()).toEqual(['one', 'two', 'three', 'four'])
})

test('keeps the newest 20,000 lines of each group', async () => {
  const { logs, context } = await start()
  const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}`)
  logs.append('other', 's', ['stays'])
  for (let times = 0; times < 25; times++) logs.append(GROUP, 's', lines)
  await logs.stop?.()
  const counts = context.database.prepare('SELECT log_group, count(*) AS count FROM logs_lines GROUP BY 1').all()
  const found = Object.fromEntries(counts.map(({ log_group, count }) => [log_group, Number(count)]))
  expect(found.other).toBe(1)
  expect(found[GROUP]).toBeGreaterThanOrEqual(20_000)
  expect(found[GROUP]).toBeLessThanOrEqual(22_000)
  const newest = context.database.prepare('SELECT message FROM logs_lines ORDER BY seq DESC LIMIT 1').get()
  expect(newest).toEqual({ message: 'line 999' })
})

describe('FilterLogEvents', () => {
  test('filters by time, both ends included, by stream and by pattern', async () => {
    const { logs, clock, messages } = await start()
    for (const [index, stream] of ['a/1', 'a/2', 'b/1', 'a/1'].entries()) {
      clock.now = 1_000 * (index + 1)
      logs.append(GROUP, stream, [`line ${index}`])
    }
    expect(await messages({ startTime: 2_000, endTime: 3_000 })).toEqual(['line 1', 'line 2'])
    expect(await messages({ logStreamNames: ['b/1', 'a/2'] })).toEqual(['line 1', 'line 2'])
    expect(await messages({ logStreamNamePrefix: 'a/', interleaved: true })).toEqual(['line 0', 'line 1', 'line 3'])
    expect(await messages({ filterPattern: 'line -2 -3' })).toEqual(['line 0', 'line 1'])
    const arn = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`
    expect(await messages({ logGroupName: undefined, logGroupIdentifier: arn })).toHaveLength(4)
  })

  test('answers in pages', async () => {
    const { logs, filter } = await start()
    logs.append(GROUP, 's', ['a1', 'b', 'a2', 'a3'])
    const first = await filter({ limit: 2, filterPattern: 'a' })
    expect(first.events?.map(({ message }) => message)).toEqual(['a1', 'a2'])
    const second = await filter({ limit: 2, filterPattern: 'a', nextToken: first.nextToken })
    expect(second.events?.map(({ message }) => message)).toEqual(['a3'])
    expect(second.nextToken).toBeUndefined()
  })

  test('says what is wrong', async () => {
    const { logs, filter, client } = await start()
    await expect(filter()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    })
    logs.append(GROUP, 's', ['x'])
    await expect(filter({ filterPattern: '[ip, user]' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Space-delimited filter patterns ([…]) are not supported locally',
    })
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'x' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
  })
})

describe('filter patterns', () => {
  const line = JSON.stringify({
    level: 'ERROR',
    message: 'say "hi"',
    ms: 12.5,
    code: '404',
    ok: true,
    gone: null,
    user: { id: 'u-1', tags: ['a', 'b'] },
  })
  test.for<[pattern: string, message: string, matches: boolean]>([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR "not found"', 'ERROR: item not found', true],
    ['ERROR "not found"', 'ERROR: found', false],
    ['?one ?two', 'only two', true],
    ['?one ?two', 'three', false],
    ['?one three', 'three', true],
    ['one -two', 'one two', false],
    ['"say \\"hi\\""', 'they say "hi"', true],
    ['{ $.level = "ERROR" }', line, true],
    ['{ $.level = ERROR }', line, true],
    ['{ $.level = "ERR*" }', line, true],
    ['{ $.level = "E.*R" }', line, false],
    ['{ $.level != "ERROR" }', line, false],
    ['{ $.nothing != "ERROR" }', line, false],
    ['{ $.message = "say \\"hi\\"" }', line, true],
    ['{ $.ms > 12 && $.ms <= 12.5 }', line, true],
    ['{ $.ms = 12.50 }', line, true],
    ['{ $.code = 404 }', line, true],
    ['{ $.user.id = "u-1" }', line, true],
    ['{ $[\'user\'].tags[1] = "b" }', line, true],
    ['{ $.ok IS TRUE && $.gone IS NULL && $.lost NOT EXISTS }', line, true],
    ['{ $.level = "INFO" || ($.ms > 1 && $.code = "404") }', line, true],
    ['{ ($.level = "INFO" || $.ms > 1) && $.code = "500" }', line, false],
    ['{ $.level = "ERROR" }', 'START RequestId', false],
    ['{ $.level = "ERROR" }', '{ not json', false],
    ['{ $.constructor = "x" }', line, false],
  ])('%s', ([pattern, message, matches]) => {
    expect(compileFilterPattern(pattern)(message)).toBe(matches)
  })

  test.for([
    '{ $.level }',
    '{ $.level = }',
    '{ level = "x" }',
    '{ $.level = "x"',
    '{ $.a = 1 } { $.b = 2 }',
    '{ $.a < "x" }',
    '{ $.a IS GREAT }',
    '{ ($.a = 1 }',
    '{ $.a ~ 1 }',
    '"open',
    '%regex%',
  ])('refuses %s', (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }))
  })
})

test('describes the groups of the template and those that came by themselves', async () => {
  const { logs, client, group, clock } = await start()
  const { ref, attributes } = await group({ LogGroupName: 'named', RetentionInDays: '7' })
  expect([ref, attributes?.Arn]).toEqual(['named', 'arn:aws:logs:us-east-1:000000000000:log-group:named:*'])
  clock.now = 2_000
  await group({ LogGroupName: 'named', RetentionInDays: 30 })
  logs.append(GROUP, 's', ['x'])
  expect((await client.send(new DescribeLogGroupsCommand())).logGroups).toMatchObject([
    { logGroupName: GROUP, creationTime: 2_000 },
    { logGroupName: 'named', creationTime: 1_000, retentionInDays: 30 },
  ])
  const page = await client.send(new DescribeLogGroupsCommand({ limit: 1 }))
  const rest = await client.send(new DescribeLogGroupsCommand({ limit: 1, nextToken: page.nextToken }))
  expect([rest.logGroups?.map(({ logGroupName }) => logGroupName), rest.nextToken]).toEqual([['named'], undefined])
  const byPrefix = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws' }))
  expect(byPrefix.logGroups).toHaveLength(1)
  expect((await group({})).ref).toMatch(/^Test-Resource-[\da-f]{12}$/)
})

test('forgets what is older than the retention when it starts', async () => {
  const { logs, group, messages, clock } = await start()
  await group({ LogGroupName: GROUP, RetentionInDays: 1 })
  logs.append(GROUP, 's', ['old'])
  await logs.stop?.()
  clock.now += 2 * 86_400_000
  logs.append(GROUP, 's', ['new'])
  await logs.stop?.()
  await logs.start?.()
  expect(await messages()).toEqual(['new'])
})

test('describes and reads streams', async () => {
  const { logs, client, clock } = await start()
  logs.append(GROUP, 'b', ['1', '2', '3'])
  clock.now = 2_000
  logs.append(GROUP, 'a', ['4'])
  const describe = async (input: object) => {
    const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, ...input }))
    return logStreams?.map(({ logStreamName }) => logStreamName)
  }
  expect(await describe({})).toEqual(['a', 'b'])
  expect(await describe({ orderBy: 'LastEventTime', descending: true })).toEqual(['a', 'b'])
  expect(await describe({ orderBy: 'LastEventTime' })).toEqual(['b', 'a'])

  const read = async (input: object) => {
    const stream = { logGroupName: GROUP, logStreamName: 'b' }
    const answer = await client.send(new GetLogEventsCommand({ ...stream, limit: 2, ...input }))
    return { ...answer, messages: answer.events?.map(({ message }) => message) }
  }
  expect((await read({})).messages).toEqual(['2', '3'])
  const head = await read({ startFromHead: true })
  expect(head.messages).toEqual(['1', '2'])
  const next = await read({ startFromHead: true, nextToken: head.nextForwardToken })
  expect(next.messages).toEqual(['3'])
  const end = await read({ startFromHead: true, nextToken: next.nextForwardToken })
  expect([end.messages, end.nextForwardToken]).toEqual([[], next.nextForwardToken])
  expect((await read({ nextToken: next.nextBackwardToken })).messages).toEqual(['1', '2'])
  expect((await read({ endTime: 1_000 })).messages).toEqual([])
})
