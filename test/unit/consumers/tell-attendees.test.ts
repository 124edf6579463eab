import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { AttendeesLeftToTell } from '../../../schemas/attendances.ts'
import { MeetupCancelled } from '../../../schemas/meetups.ts'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { MEETUP_TABLES } from '../../support/meetups.ts'

const [aws, dynamoDb] = await Promise.all([startAwsEndpoint(), startDynamoDbLocal(MEETUP_TABLES)])
setFunctionEnvironment(aws.url, { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url, CONSUMER: 'tell-attendees' })
const { handler } = await import('../../../consumers/tell-attendees/handler.ts')
beforeEach(() => {
  aws.reset()
  captureLog()
})
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

/** A cancelled meetup with so many who attend, and one who has withdrawn. */
async function given(count: number) {
  const meetupId = randomUUID()
  const decision = () => ({ meetupId, userId: randomUUID(), requestId: randomUUID(), at: '2027-01-15T08:00:00.000Z' })
  const attending = Array.from({ length: count }, () => ({
    ...decision(),
    status: 'CONFIRMED',
    email: 'ada@example.com',
    attendsAt: '2099-05-20T18:00:00.000Z',
  }))
  const all = [...attending, { ...decision(), status: 'WITHDRAWN', expiresAt: 4_000_000_000 }]
  await Promise.all(all.map((item) => dynamoDb.put('attendances', item)))
  return {
    cancelled: envelope(MeetupCancelled, { data: { ...MeetupCancelled.example, meetupId } }),
    users: attending.map(({ userId }) => userId).sort(),
  }
}

const told = () => emittedEvents(aws).filter(({ name }) => name === 'AttendanceCancelled')
const continuations = () => emittedEvents(aws).filter(({ name }) => name === 'AttendeesLeftToTell')
const sortedUsers = () => [...new Set(told().map(({ data }) => String(data.userId)))].sort()

/** Delivers a message, and what it says is left to do, until nothing is; a message that fails is delivered again. */
async function deliverAll(message: object): Promise<void> {
  let next: object | undefined = message
  while (next) {
    const before = continuations().length
    const { batchItemFailures } = await handler(sqsBatch(next), lambdaContext)
    if (batchItemFailures.length > 0) continue
    const [left] = continuations().slice(before)
    next = left && envelope(AttendeesLeftToTell, { data: left.data, eventId: left.metadata.eventId })
  }
}

test.each([0, 1, 99, 250])('each of %i who attend is told of once, and nobody else', async (count) => {
  const { cancelled, users } = await given(count)
  await deliverAll(cancelled)
  expect(sortedUsers()).toEqual(users)
  expect(told()).toHaveLength(count)
  for (const { Entries } of aws.calls('PutEvents')) expect(Array.isArray(Entries) && Entries.length <= 10).toBe(true)
})

test('whatever fails in the middle, each is told under one id', async () => {
  const { cancelled, users } = await given(150)
  aws.answer('PutEvents', ({ Entries }, call) =>
    call < 20 && call % 3 === 0
      ? { status: 500, body: { __type: 'InternalException' } }
      : putEventsReply(Array.isArray(Entries) ? Entries.map(() => undefined) : []),
  )
  await deliverAll(cancelled)
  expect(sortedUsers()).toEqual(users)
  expect(told().length).toBeGreaterThan(150)
  expect(new Set(told().map(({ metadata }) => metadata.eventId)).size).toBe(150)
})
