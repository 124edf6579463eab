import { expect, onTestFinished, test } from 'vitest'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import type { Invocation } from '../../../infra/local/engines/lambda/index.ts'
import { until } from '../../support/until.ts'
import { provision, temporaryFolder } from './cloud-context.ts'
import { bodiesIn, DEAD, done, failure, type Invoke, JOBS, recordsIn, running, start } from './queue-source.ts'

const failures = (...ids: string[]) => ({
  payload: JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) }),
})
const line = (fields: object) => JSON.stringify({ level: 'INFO', message: 'consumed', ...fields })

test('a function is given messages as Lambda gives them, and they are gone when it is done', async () => {
  const payloads: string[] = []
  const { sqs, settlements } = await running({
    invoke: (payload) => {
      payloads.push(payload)
      return done
    },
  })
  const { messageId } = sqs.send(JOBS, 'hello', { RULE: 'r' })
  await until(() => expect(settlements).toHaveLength(1))
  expect(JSON.parse(payloads[0] ?? '')).toEqual({
    Records: [
      {
        messageId,
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          RULE: { stringValue: 'r', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: JOBS,
        awsRegion: 'us-east-1',
      },
    ],
  })
  expect(settlements).toEqual([
    {
      queueArn: JOBS,
      messageId,
      body: 'hello',
      outcome: 'processed',
      attempts: 1,
      ms: expect.any(Number),
      invokedAt: expect.any(Number),
      endedAt: expect.any(Number),
    },
  ])
  expect(sqs.receive(JOBS, 10)).toEqual([])
})

test('the outcome of each message is the one that the function logged', async () => {
  const { sqs, settlements } = await running({
    invoke: (payload) => {
      const [first, second, third] = recordsIn(payload).map(({ messageId }) => messageId)
      return {
        log: [
          'no JSON, though it says "consumed"',
          line({ messageId: first, outcome: 'duplicate', ms: 3 }),
          line({ messageId: second, outcome: 'dead', ms: 4, error: { name: 'InvalidEvent', message: 'data.name' } }),
          line({ messageId: third, outcome: 'retrying', ms: 5, error: { name: 'TypeError', message: 'no' } }),
        ],
        ...failures(third ?? ''),
      }
    },
    queue: { VisibilityTimeout: 30 },
  })
  for (const body of ['a', 'b', 'c']) sqs.send(JOBS, body)
  await until(() => expect(settlements).toHaveLength(3))
  expect(settlements).toMatchObject([
    { outcome: 'duplicate', ms: 3 },
    { outcome: 'dead', ms: 4, error: 'InvalidEvent: data.name' },
    { outcome: 'retrying', ms: 5, error: 'TypeError: no' },
  ])
})

test('an attempt is about its events; its calls tell it by their trace, until what is done is deleted', async () => {
  const attempts = createAttempts()
  const ended: unknown[] = []
  attempts.onEnd(({ about }, done) => ended.push({ about, done, left: sqs.desk.depth(JOBS).inProgress }))
  const found: unknown[] = []
  const { sqs } = await running({
    attempts,
    invoke: (payload, _, traceId) => {
      found.push(attempts.of({ 'x-amzn-trace-id': `${traceId?.replace(/Parent=\w+/, 'Parent=1')};Lineage=2` })?.about)
      return failures(recordsIn(payload)[0]?.messageId ?? '')
    },
    queue: { VisibilityTimeout: 30 },
  })
  const { messageId } = sqs.send(JOBS, 'no event')
  sqs.send(JOBS, JSON.stringify({ detail: { metadata: { eventId: 'an event' } } }))
  const about = [`worker ${messageId}`, 'worker an event']
  await until(() => expect(ended).toEqual([{ about, done: ['worker an event'], left: 1 }]))
  expect(found).toEqual([about])
})

test('what failed comes back when its visibility timeout ends, and only that', async () => {
  const batches: string[][] = []
  const { sqs, settlements } = await running({
    invoke: (payload) => {
      batches.push(bodiesIn(payload))
      const bad = recordsIn(payload).find(({ body }) => body === 'bad')
      return bad && batches.length === 1 ? failures(bad.messageId) : done
    },
  })
  for (const body of ['good', 'bad', 'fine']) sqs.send(JOBS, body)
  await until(() => expect(batches).toEqual([['good', 'bad', 'fine'], ['bad']]))
  await until(() => expect(settlements).toHaveLength(4))
  expect(settlements.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).toEqual([
    'processed 1',
    'retrying 1',
    'processed 1',
    'processed 2',
  ])
})

test.each([
  ['an exception', failure],
  ['an identifier that is none of the batch', failures('somebody else')],
  ['an empty identifier', failures('')],
  ['a malformed answer', { payload: '{"batchItemFailures":"all"}' }],
  ['a throttled function', new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)],
])('%s fails the whole batch', async (_, answer) => {
  const invoke = async () => {
    if (answer instanceof Error) throw answer
    return answer
  }
  const { sqs, settlements } = await running({ invoke, queue: { VisibilityTimeout: 30 } })
  sqs.send(JOBS, 'a')
  sqs.send(JOBS, 'b')
  await until(() => expect(settlements.map(({ outcome }) => outcome)).toEqual(['retrying', 'retrying']))
})

test('no answer, and one that names nothing, is a success', async () => {
  const answers = ['', 'null', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}']
  const { sqs, settlements } = await running({
    invoke: () => ({ payload: answers.pop() ?? '' }),
    mapping: { BatchSize: 1 },
  })
  for (let i = 0; i < 5; i++) sqs.send(JOBS, String(i))
  await until(() => expect(settlements).toHaveLength(5))
  expect(new Set(settlements.map(({ outcome }) => outcome))).toEqual(new Set(['processed']))
})

test('a message that fails too often becomes a dead letter, and is reported as such', async () => {
  const { sqs, settlements } = await running({ invoke: () => failure })
  const { messageId } = sqs.send(JOBS, 'poison')
  await until(() => expect(settlements).toHaveLength(3))
  expect(settlements).toMatchObject([
    { messageId, outcome: 'retrying', attempts: 1, error: 'Error: boom' },
    { messageId, outcome: 'retrying', attempts: 2, error: 'Error: boom' },
    { messageId, outcome: 'dead' },
  ])
  expect(sqs.receive(DEAD, 10)).toMatchObject([{ messageId, body: 'poison' }])
})

test('messages that wait while the function is busy come in one batch', async () => {
  const batches: string[][] = []
  const gate = Promise.withResolvers<void>()
  const { sqs } = await running({
    invoke: async (payload) => {
      batches.push(bodiesIn(payload))
      await gate.promise
      return done
    },
    mapping: { BatchSize: 5 },
  })
  sqs.send(JOBS, 'first')
  await until(() => expect(batches).toHaveLength(1))
  sqs.send(JOBS, 'second')
  await until(() => expect(batches).toHaveLength(2))
  for (let i = 0; i < 7; i++) sqs.send(JOBS, String(i))
  gate.resolve()
  await until(() => expect(batches.flat()).toHaveLength(9))
  expect(batches.slice(2)).toEqual([
    ['0', '1', '2', '3', '4'],
    ['5', '6'],
  ])
})

test('a batching window waits for a full batch', async () => {
  const batches: string[][] = []
  const { sqs } = await running({
    invoke: (payload) => {
      batches.push(bodiesIn(payload))
      return done
    },
    mapping: { BatchSize: 3, MaximumBatchingWindowInSeconds: 1 },
    // What is gathered is hidden from then on.
    queue: { VisibilityTimeout: 30 },
  })
  for (const body of ['a', 'b', 'c', 'd']) {
    sqs.send(JOBS, body)
    await new Promise(setImmediate)
  }
  await until(() => expect(batches).toEqual([['a', 'b', 'c'], ['d']]))
})

test('after a kill, what was being worked on comes back when its function would have timed out, as the same attempt', async () => {
  const stateDir = temporaryFolder()
  const held: string[] = []
  const gate = Promise.withResolvers<Partial<Invocation>>()
  const queue = { VisibilityTimeout: 600 }
  const hold: Invoke = (payload) => {
    held.push(payload)
    return gate.promise
  }
  const killed = await start({ stateDir, queue, invoke: hold })
  await killed.sources.start?.()
  killed.sqs.send(JOBS, 'held')
  await until(() => expect(held).toHaveLength(1))

  const { settlements } = await running({ stateDir, queue, invoke: () => done })
  await until(() => expect(settlements).toMatchObject([{ outcome: 'processed', attempts: 1 }]))
  gate.resolve(failure)
  await killed.stop()
})

test('stopping waits for what runs and begins nothing', async () => {
  const payloads: string[] = []
  const gate = Promise.withResolvers<void>()
  const { sqs, sources, settlements } = await running({
    invoke: async (payload) => {
      payloads.push(payload)
      await gate.promise
      return done
    },
  })
  sqs.send(JOBS, 'running')
  await until(() => expect(payloads).toHaveLength(1))
  const stopped = sources.stop?.()
  sqs.send(JOBS, 'too late')
  gate.resolve()
  await stopped
  expect(settlements).toHaveLength(1)
  expect(payloads).toHaveLength(1)
  expect(sqs.receive(JOBS, 10)).toMatchObject([{ body: 'too late', receiveCount: 1 }])
})

test('what is not supported is refused by name', async () => {
  const { sources, stop } = await start({ invoke: () => done, queue: { VisibilityTimeout: 10 } })
  onTestFinished(stop)
  const mapping = (more: object) =>
    provision(sources, 'AWS::Lambda::EventSourceMapping', { EventSourceArn: JOBS, FunctionName: 'worker', ...more })
  await expect(mapping({ FilterCriteria: { Filters: [{ Pattern: '{}' }] } })).rejects.toThrow(
    'AWS::Lambda::EventSourceMapping property FilterCriteria is not supported locally for a queue',
  )
  await expect(mapping({ TumblingWindowInSeconds: 10 })).rejects.toThrow('TumblingWindowInSeconds')
  await expect(mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:0:stream/s' })).rejects.toThrow('arn:aws:kinesis')
  expect(sources.reads(JOBS)).toBe(true)
  expect(sources.reads(DEAD)).toBe(false)
})

test('a disabled mapping reads nothing, but the messages are for it', async () => {
  const { sources, sqs } = await running({ invoke: () => done, mapping: { Enabled: 'false' } })
  sqs.send(JOBS, 'a')
  expect(sources.reads(JOBS)).toBe(true)
  expect(sqs.receive(JOBS, 1)).toHaveLength(1)
})

test('a queue that shows its messages again before the function could be done is refused', async () => {
  const queue = { VisibilityTimeout: 0 }
  await expect(start({ invoke: () => done, queue })).rejects.toThrow(
    `The visibility timeout of ${JOBS} (0 s) is shorter than the timeout of worker (1 s)`,
  )
})
