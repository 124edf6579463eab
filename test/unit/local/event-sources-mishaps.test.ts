import { expect, test, vi } from 'vitest'
import type { Mishap, Mishaps } from '../../../infra/local/chaos.ts'
import { until } from '../../support/until.ts'
import { callJson } from './cloud-context.ts'
import { bodiesIn, DEAD, failure, type Invoke, JOBS, running } from './queue-source.ts'

/** For the first attempt at the messages that these are the bodies of. */
const mishapsOf =
  (byBody: Readonly<Record<string, Mishap['kind']>>): Mishaps =>
  ({ about, attempt }) => {
    const kind = attempt === 1 ? byBody[about] : undefined
    return kind && { kind, ms: 20 }
  }
/** The Lambda engine's part. */
const suffering = (batches: string[][]): Invoke => {
  return (payload, mishap) => {
    batches.push(bodiesIn(payload))
    return mishap?.kind === 'before' || mishap?.kind === 'after' ? failure : {}
  }
}
const LONG = { VisibilityTimeout: 600, RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 5 } }

test('what something befalls is handed over by itself, and comes again soon', async () => {
  const batches: string[][] = []
  const { sqs, settlements } = await running({
    invoke: suffering(batches),
    mishaps: mishapsOf({ b: 'before', d: 'after' }),
    queue: LONG,
  })
  for (const body of ['a', 'b', 'c', 'd']) sqs.send(JOBS, body)
  await until(() => expect(settlements).toHaveLength(6))
  expect(batches.slice(0, 3)).toEqual([['a', 'c'], ['b'], ['d']])
  expect(batches.slice(3).flat().sort()).toEqual(['b', 'd'])
  const outcomes = settlements.map(({ body, outcome, attempts }) => `${body} ${outcome} ${attempts}`)
  expect(outcomes.sort()).toEqual([
    'a processed 1',
    'b processed 2',
    'b retrying 1',
    'c processed 1',
    'd processed 2',
    'd retrying 1',
  ])
})

test('a message may be handed out again though it was done; it is not settled before it is gone', async () => {
  const batches: string[][] = []
  const { sqs, settlements } = await running({
    invoke: suffering(batches),
    mishaps: mishapsOf({ a: 'again' }),
    queue: LONG,
  })
  sqs.send(JOBS, 'a')
  await until(() => expect(settlements).toHaveLength(2))
  expect(batches).toEqual([['a'], ['a']])
  expect(settlements).toMatchObject([
    { outcome: 'retrying', attempts: 1, error: expect.stringContaining('on purpose') },
    { outcome: 'processed', attempts: 2 },
  ])
})

test('decisions are asked for by event, function and attempt', async () => {
  const asked: object[] = []
  const body = JSON.stringify({ detail: { metadata: { eventId: 'e1' } } })
  const { sqs, settlements } = await running({
    invoke: () => (asked.length === 1 ? failure : {}),
    mishaps: (attempt) => {
      asked.push(attempt)
      return undefined
    },
    queue: { RedrivePolicy: LONG.RedrivePolicy },
  })
  sqs.send(JOBS, body)
  await until(() => expect(settlements).toHaveLength(2))
  const attempt = { about: 'e1', functionName: 'worker', mostAttempts: 5 }
  expect(asked).toEqual([
    { ...attempt, attempt: 1 },
    { ...attempt, attempt: 2 },
  ])
})

test('nothing befalls the messages of a FIFO queue: they stay in order', async () => {
  const asked = vi.fn<Mishaps>()
  const [QueueName, arn] = ['jobs.fifo', `${JOBS}.fifo`]
  const { sqs, settlements } = await running({
    invoke: () => ({}),
    mishaps: asked,
    queue: { QueueName, FifoQueue: true, RedrivePolicy: undefined },
    mapping: { EventSourceArn: arn },
  })
  await callJson(sqs.services?.sqs, 'AmazonSQS.SendMessage', {
    QueueUrl: `http://127.0.0.1:4566/000000000000/${QueueName}`,
    MessageBody: 'a',
    MessageGroupId: 'g',
    MessageDeduplicationId: 'd',
  })
  await until(() => expect(settlements).toMatchObject([{ body: 'a', outcome: 'processed' }]))
  expect(asked).not.toHaveBeenCalled()
})
