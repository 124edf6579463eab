import { afterAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { chooseCloud } from '../../../infra/commands/command-line.ts'
import { describeTallies, watchOutcomes } from '../../../infra/commands/replay-outcomes.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'

const aws = await startAwsEndpoint()
beforeEach(aws.reset)
afterAll(aws.close)

const watch = () =>
  watchOutcomes(chooseCloud({}, { AWS_ENDPOINT_URL: aws.url }), ['ring'], {
    replay: 'replay-1',
    since: 1000,
    lateMs: 100,
  })
const line = (messageId: string, outcome: string, timestamp: number) => ({
  timestamp,
  message: JSON.stringify({ message: 'consumed', messageId, outcome, replay: 'replay-1' }),
})
const Query = z.looseObject({ filterPattern: z.string(), startTime: z.number(), nextToken: z.string().optional() })

test("a message's last outcome counts, also when its lines are read twice", async () => {
  aws.answer('FilterLogEvents', (_, call) => ({
    body: {
      events: [
        [line('m1', 'retrying', 2000), line('m2', 'duplicate', 2100)],
        [line('m2', 'duplicate', 2100), line('m1', 'processed', 2200), line('m3', 'retrying', 2200)],
      ][call - 1],
    },
  }))
  const outcomes = watch()
  await outcomes.look()
  expect(outcomes.tallies(false)).toEqual([{ consumer: 'ring', processed: 0, duplicate: 1, dead: 0, retrying: 1 }])
  await outcomes.look()
  expect(outcomes.tallies(false)).toEqual([{ consumer: 'ring', processed: 1, duplicate: 1, dead: 0, retrying: 1 }])
  // Nothing waits any more: it was received too often.
  expect(outcomes.tallies(true)).toEqual([{ consumer: 'ring', processed: 1, duplicate: 1, dead: 1, retrying: 0 }])
  expect(aws.calls('FilterLogEvents').map((input) => Query.parse(input))).toMatchObject([
    { filterPattern: '{ $.message = "consumed" && $.replay = "replay-1" }', startTime: 900 },
    { startTime: 2000 },
  ])
})

test('what was done remains done, also if its message came again', async () => {
  aws.answer('FilterLogEvents', () => ({
    body: { events: [line('m1', 'processed', 2000), line('m1', 'duplicate', 2100)] },
  }))
  const outcomes = watch()
  await outcomes.look()
  expect(outcomes.tallies(true)).toMatchObject([{ processed: 1, duplicate: 0 }])
})

test('every page of the log is read', async () => {
  aws.answer('FilterLogEvents', (input) => ({
    body:
      Query.parse(input).nextToken === undefined
        ? { events: [line('m1', 'processed', 2000)], nextToken: 'next' }
        : { events: [line('m2', 'dead', 2000)] },
  }))
  const outcomes = watch()
  await outcomes.look()
  expect(outcomes.tallies(false)).toMatchObject([{ processed: 1, dead: 1 }])
})

test('what waits is what is in the queues, hidden or not', async () => {
  aws.answer('GetQueueUrl', () => ({ body: { QueueUrl: `${aws.url}/000000000000/ensemble-dev-ring` } }))
  aws.answer('GetQueueAttributes', () => ({
    body: { Attributes: { ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesNotVisible: '3' } },
  }))
  expect(await watch().waiting()).toBe(5)
})

test('the summary has a column for what is being retried only if something is', () => {
  const tally = { consumer: 'ring', processed: 1, duplicate: 2, dead: 3, retrying: 0 }
  expect(describeTallies([tally])).toBe(
    '  consumer  processed  duplicate  dead\n  ring              1          2     3\n',
  )
  expect(describeTallies([{ ...tally, retrying: 4 }])).toMatch(/dead {2}retrying\n.* 4\n$/)
})
