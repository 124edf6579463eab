import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Mishaps } from '../../../infra/local/chaos.ts'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import type { DynamoDbProcess } from '../../../infra/local/engines/dynamodb/process.ts'
import { createDynamoDb, startDynamoDb } from '../../../infra/local/engines/dynamodb.ts'
import { createEventSources } from '../../../infra/local/engines/event-sources.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import type { Invocation } from '../../../infra/local/engines/lambda/index.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { until } from '../../support/until.ts'
import { callJson, cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const GIVEN_UP = 'arn:aws:sqs:us-east-1:000000000000:given-up'

let java: DynamoDbProcess
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  java = await startDynamoDb({ stateDir: folder, warn: () => {} })
})

afterAll(async () => {
  await java?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Change {
  readonly eventName: string
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: { readonly id: { readonly S: string } } }
}
const changesIn = (payload: string): readonly Change[] => JSON.parse(payload).Records
const idsIn = (payload: string) => changesIn(payload).map(({ dynamodb }) => dynamodb.Keys.id.S)

const failure = { functionError: 'Unhandled', payload: '{"errorType":"Error","errorMessage":"boom"}' }
const failedAt = (change: Change | undefined) => ({
  payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: change?.dynamodb.SequenceNumber }] }),
})

let tables = 0

/** A table of its own with a stream; `connect` is one life of the cloud around it. */
async function tableWithStream(more: object = {}) {
  const name = `table-${tables++}`
  const stateDir = temporaryFolder()
  const context = cloudContext(stateDir)
  const dynamoDb = createDynamoDb(context, java)
  onTestFinished(() => void dynamoDb.stop?.())
  const { attributes } = await provision(dynamoDb, 'AWS::DynamoDB::Table', {
    TableName: name,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    ...more,
  })
  const StreamArn = attributes?.StreamArn ?? ''

  async function put(...ids: string[]) {
    for (const id of ids) await call('PutItem', { Item: { id: { S: id } } })
  }
  async function call(operation: string, input: object) {
    const target = `DynamoDB_20120810.${operation}`
    const { status, body } = await callJson(dynamoDb.services?.dynamodb, target, { TableName: name, ...input })
    expect(status, body.toString()).toBe(200)
  }

  async function connect(
    invoke: (payload: string) => Promise<Partial<Invocation>> | Partial<Invocation>,
    mapping: object,
    mishaps?: Mishaps,
  ) {
    const fauxqs = createFauxqs(context)
    const sqs = createSqs(context, fauxqs)
    await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'given-up' })
    const sources = createEventSources(context, {
      sqs,
      streams: dynamoDb,
      lambda: {
        invoke: async (_, payload) => ({ payload: 'null', log: [], ...(await invoke(payload)) }),
        timeoutSeconds: () => 1,
        runInBackground: () => {},
      },
      report: () => {},
      attempts: createAttempts(),
      mishaps,
    })
    await provision(sources, 'AWS::Lambda::EventSourceMapping', {
      EventSourceArn: StreamArn,
      FunctionName: 'follower',
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...mapping,
    })
    await sources.start?.()
    const stop = async () => {
      await sources.stop?.()
      await fauxqs.close()
    }
    return { sqs, stop }
  }

  /** Until the end of the test. */
  async function follow(...options: Parameters<typeof connect>) {
    const connected = await connect(...options)
    onTestFinished(connected.stop)
    return connected
  }

  return { StreamArn, put, call, connect, follow }
}

test('a function is given changes as Lambda gives them', async () => {
  const { StreamArn, put, follow } = await tableWithStream()
  const payloads: string[] = []
  await put('a')
  await follow((payload) => {
    payloads.push(payload)
    return {}
  }, {})
  await until(() => expect(payloads).toHaveLength(1))
  expect(JSON.parse(payloads[0] ?? '')).toEqual({
    Records: [
      {
        eventID: expect.any(String),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { id: { S: 'a' } },
          NewImage: { id: { S: 'a' } },
          SequenceNumber: expect.any(String),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: StreamArn,
      },
    ],
  })
})

test('what TTL deletes passes a filter for just that', { timeout: 40_000 }, async () => {
  const { put, call, follow } = await tableWithStream({
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  })
  const payloads: string[] = []
  const Pattern = JSON.stringify({
    eventName: ['REMOVE'],
    userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
  })
  await follow(
    (payload) => {
      payloads.push(payload)
      return {}
    },
    { FilterCriteria: { Filters: [{ Pattern }] } },
  )
  await put('by-hand')
  await call('DeleteItem', { Key: { id: { S: 'by-hand' } } })
  await call('PutItem', { Item: { id: { S: 'expired' }, expiresAt: { N: String(Math.floor(Date.now() / 1000) - 1) } } })
  await until(() => expect(payloads.flatMap(idsIn)).toEqual(['expired']))
  expect(changesIn(payloads[0] ?? '')).toMatchObject([
    { eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } },
  ])
})

test('reading goes on after a restart where it had ended, and repeats nothing', async () => {
  const { put, connect, follow } = await tableWithStream()
  const before: string[] = []
  await put('a', 'b')
  const first = await connect((payload) => {
    before.push(...idsIn(payload))
    return {}
  }, {})
  await until(() => expect(before).toEqual(['a', 'b']))
  await first.stop()
  await put('c')
  const after: string[] = []
  await follow((payload) => {
    after.push(...idsIn(payload))
    return {}
  }, {})
  await put('d')
  await until(() => expect(after).toEqual(['c', 'd']))
})

test('a change that was not done with when the process ended is given again', async () => {
  const { put, connect, follow } = await tableWithStream()
  const before: string[] = []
  await put('a', 'b')
  const first = await connect((payload) => {
    before.push(...idsIn(payload))
    return failure
  }, {})
  await until(() => expect(before).toEqual(['a', 'b']))
  await first.stop()
  const after: string[] = []
  await follow((payload) => {
    after.push(...idsIn(payload))
    return {}
  }, {})
  await until(() => expect(after).toEqual(['a', 'b']))
})

test('from the latest on means from when the mapping is made, also after a restart', async () => {
  const { put, connect, follow } = await tableWithStream()
  await put('before')
  const seen: string[] = []
  const note = (payload: string) => {
    seen.push(...idsIn(payload))
    return {}
  }
  const first = await connect(note, { StartingPosition: 'LATEST' })
  let puts = 0
  await until(async () => {
    await put(`after-${puts++}`)
    expect(seen.length).toBeGreaterThan(0)
  })
  await first.stop()
  expect(seen).not.toContain('before')
  await put('between')
  await follow(note, { StartingPosition: 'LATEST' })
  await until(() => expect(seen.at(-1)).toBe('between'))
})

test('after a partial failure the rest is tried again from the first that failed, in order', async () => {
  const { put, follow } = await tableWithStream()
  await put('a', 'b', 'c')
  const batches: string[][] = []
  await follow((payload) => {
    batches.push(idsIn(payload))
    return batches.length === 1 ? failedAt(changesIn(payload)[1]) : {}
  }, {})
  await until(() =>
    expect(batches).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]),
  )
})

test('a batch that is handed out again on purpose is given twice, and the next one after that', async () => {
  const { put, follow } = await tableWithStream()
  await put('a', 'b')
  const [batches, asked]: [string[][], string[]] = [[], []]
  const mishaps: Mishaps = ({ about, functionName, attempt, mostAttempts }) => {
    asked.push(`${about} ${functionName} ${attempt}/${mostAttempts}`)
    return asked.length === 1 ? { kind: 'again', ms: 1 } : undefined
  }
  await follow(
    (payload) => {
      batches.push(idsIn(payload))
      return {}
    },
    { MaximumRetryAttempts: 4 },
    mishaps,
  )
  await until(() => expect(batches).toHaveLength(2))
  await put('c')
  await until(() => expect(batches).toEqual([['a', 'b'], ['a', 'b'], ['c']]))
  expect(asked).toEqual([
    'INSERT {"id":{"S":"a"}} follower 1/5',
    'INSERT {"id":{"S":"a"}} follower 2/5',
    'INSERT {"id":{"S":"c"}} follower 1/5',
  ])
})

test('a batch that fails is halved, and what still fails is given up after its retries and named', async () => {
  const { StreamArn, put, follow } = await tableWithStream()
  await put('a', 'b', 'poison', 'd')
  const batches: string[][] = []
  const { sqs } = await follow(
    (payload) => {
      batches.push(idsIn(payload))
      return idsIn(payload).includes('poison') ? failure : {}
    },
    {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: GIVEN_UP } },
    },
  )
  await until(() => expect(batches.at(-1)).toEqual(['d']))
  expect(batches).toEqual([['a', 'b', 'poison', 'd'], ['a', 'b'], ['poison', 'd'], ['poison'], ['poison'], ['d']])
  const [notice] = sqs.receive(GIVEN_UP, 10)
  expect(JSON.parse(notice?.body ?? '{}')).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
    DDBStreamBatchInfo: { streamArn: StreamArn, batchSize: 1, shardId: expect.stringContaining('shardId-') },
  })
})
