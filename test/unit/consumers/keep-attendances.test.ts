import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { AttendanceRequested, AttendanceWithdrawn } from '../../../schemas/attendances.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import {
  envelope,
  httpRequest,
  lambdaContext,
  setFunctionEnvironment,
  sqsBatch,
} from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { MEETUP_TABLES, newMeetup } from '../../support/meetups.ts'

const [aws, dynamoDb] = await Promise.all([startAwsEndpoint(), startDynamoDbLocal(MEETUP_TABLES)])
setFunctionEnvironment(aws.url, {
  AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
  CONSUMER: 'keep-attendances',
  SITE_URL: 'https://site.example',
})
const { handler } = await import('../../../consumers/keep-attendances/handler.ts')
const { handler: getOwn } = await import('../../../consumers/keep-attendances/get-own-attendance.ts')
const { handler: listOwn } = await import('../../../consumers/keep-attendances/list-own-attendances.ts')
beforeEach(() => {
  aws.reset()
  captureLog()
})
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

const email = 'ada@example.com'
const at = (minute: number) => new Date(Date.UTC(2027, 0, 15, 8, minute)).toISOString()

interface Wish {
  readonly meetupId: string
  readonly userId: string
}
const request = (wish: Wish, minute = 0) =>
  envelope(AttendanceRequested, {
    data: { meetupId: wish.meetupId, userId: wish.userId, email },
    occurredAt: at(minute),
  })
const withdrawal = ({ meetupId, userId }: Wish, minute = 1) =>
  envelope(AttendanceWithdrawn, { data: { meetupId, userId }, occurredAt: at(minute) })

/** Delivers messages one after the other; none may be left to be retried. */
async function deliver(...messages: readonly object[]): Promise<void> {
  for (const message of messages)
    expect(await handler(sqsBatch(message), lambdaContext)).toEqual({ batchItemFailures: [] })
}

/** A meetup on record, and a user. */
async function given(maxAttendees = 2, differences: object = {}): Promise<Wish> {
  const meetup = { ...newMeetup({ maxAttendees }), startsAt: '2099-05-20T18:00:00.000Z' }
  await dynamoDb.put('meetups', { ...meetup, status: 'PUBLISHED', attending: 0, ...differences })
  return { meetupId: meetup.meetupId, userId: randomUUID() }
}
const another = ({ meetupId }: Wish): Wish => ({ meetupId, userId: randomUUID() })

const places = async ({ meetupId }: Wish) => {
  const counted = (await dynamoDb.scan('meetups')).find((item) => item.meetupId === meetupId)?.attending
  const attending = (await dynamoDb.scan('attendances')).filter(
    (item) => item.meetupId === meetupId && item.status === 'CONFIRMED',
  )
  expect(attending).toHaveLength(Number(counted))
  return counted
}
const claimsOf = ({ userId: sub }: Wish) => ({ sub })
async function statusOf(wish: Wish): Promise<unknown> {
  const { body = '' } = await getOwn(
    httpRequest({ pathParameters: { meetupId: wish.meetupId }, claims: claimsOf(wish) }),
  )
  return JSON.parse(body)
}
const outcomes = () => emittedEvents(aws).map(({ name, data }) => (data.reason ? `${name} ${data.reason}` : name))

describe('a request', () => {
  test('takes a place as long as there is one', async () => {
    const ada = await given(1)
    const eve = another(ada)
    expect(await statusOf(ada)).toEqual({ isAttending: false, status: 'NONE' })
    await deliver(request(ada), request(eve))
    expect(emittedEvents(aws)).toMatchObject([
      { name: 'AttendanceConfirmed', data: { ...ada, email } },
      { name: 'AttendanceDeclined', data: { ...eve, email, reason: 'full' } },
    ])
    expect(await statusOf(ada)).toEqual({ isAttending: true, status: 'CONFIRMED', requestedAt: at(0) })
    const declined = { isAttending: false, status: 'DECLINED', reason: 'full' }
    expect(await statusOf(eve)).toEqual({ ...declined, requestedAt: at(0) })
    await deliver(request(eve, 1))
    expect(await statusOf(eve)).toEqual({ ...declined, requestedAt: at(1) })
    expect(await places(ada)).toBe(1)
  })

  test('twice is once, also for the last place', async () => {
    const ada = await given(1)
    await deliver(request(ada), request(ada, 1), request(ada, 2))
    const events = emittedEvents(aws)
    expect(outcomes()).toEqual(Array(3).fill('AttendanceConfirmed'))
    expect(new Set(events.map(({ metadata }) => metadata.eventId)).size).toBe(1)
    expect(await places(ada)).toBe(1)
  })

  test('is declined where there is no such meetup, or it is cancelled', async () => {
    const nowhere = { meetupId: randomUUID(), userId: randomUUID() }
    const cancelled = await given(5, { status: 'CANCELLED' })
    await deliver(request(nowhere), request(cancelled))
    expect(outcomes()).toEqual(['AttendanceDeclined not-found', 'AttendanceDeclined cancelled'])
    expect(await places(cancelled)).toBe(0)
  })

  test('that was declined may be made again', async () => {
    const ada = await given(1)
    const eve = another(ada)
    await deliver(request(ada), request(eve), withdrawal(ada), request(eve, 2))
    expect(outcomes()).toEqual(['AttendanceConfirmed', 'AttendanceDeclined full', 'AttendanceConfirmed'])
    expect(await places(ada)).toBe(1)
  })

  test.each(['AttendanceConfirmed', 'AttendanceDeclined full'])(
    'is announced by the retry if it could not be at first: %s',
    async (outcome) => {
      const ada = await given(1, outcome === 'AttendanceConfirmed' ? {} : { attending: 1 })
      const message = request(ada)
      aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
      expect((await handler(sqsBatch(message), lambdaContext)).batchItemFailures).toHaveLength(1)
      aws.reset()
      await deliver(message)
      expect(outcomes()).toEqual([outcome])
    },
  )

  test('of 200 people at once for 50 places is granted to 50', async () => {
    const first = await given(50)
    const people = Array.from({ length: 200 }, () => another(first))
    const batches = Array.from({ length: 20 }, (_, index) => people.slice(10 * index, 10 * index + 10))
    let left = batches.map((batch) => batch.map((person) => request(person)))
    // What is to be retried comes again, as from a queue.
    while (left.length > 0) {
      const answers = await Promise.all(left.map((batch) => handler(sqsBatch(...batch), lambdaContext)))
      left = left
        .map((batch, index) =>
          batch.filter((_, at) =>
            answers[index]?.batchItemFailures.some((item) => item.itemIdentifier === `m${at + 1}`),
          ),
        )
        .filter((batch) => batch.length > 0)
    }
    expect(await places(first)).toBe(50)
    const counts = Object.groupBy(outcomes(), (outcome) => outcome)
    expect(counts.AttendanceConfirmed).toHaveLength(50)
    expect(counts['AttendanceDeclined full']).toHaveLength(150)
  }, 60_000)
})

describe('a withdrawal', () => {
  test('frees the place, once', async () => {
    const ada = await given(1)
    await deliver(request(ada), withdrawal(ada), withdrawal(ada, 2))
    expect(await places(ada)).toBe(0)
    expect(await statusOf(ada)).toMatchObject({ isAttending: false, status: 'WITHDRAWN' })
  })

  test('is nothing to be changed by an older request, and changes no younger one', async () => {
    const ada = await given()
    const [first, leave, second] = [request(ada, 0), withdrawal(ada, 1), request(ada, 2)]
    await deliver(leave, first)
    expect(await statusOf(ada)).toMatchObject({ status: 'WITHDRAWN' })
    await deliver(second)
    expect(await statusOf(ada)).toMatchObject({ status: 'CONFIRMED' })
    await deliver(withdrawal(ada, 1))
    expect(await statusOf(ada)).toMatchObject({ status: 'CONFIRMED' })
    expect(await places(ada)).toBe(1)
  })

  test.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'between two requests leaves one place taken, whatever the order: %j',
    async (order) => {
      const ada = await given()
      const messages = [request(ada, 0), withdrawal(ada, 1), request(ada, 2)]
      await deliver(...order.map((index) => messages[index] ?? {}))
      expect(await statusOf(ada)).toMatchObject({ isAttending: true })
      expect(await places(ada)).toBe(1)
    },
  )

  test('at the same time as requests leaves counter and attendances agreeing', async () => {
    const first = await given(5)
    const people = Array.from({ length: 10 }, () => another(first))
    await Promise.all(
      people.flatMap((person) =>
        [request(person, 0), withdrawal(person, 1)].map((message) => handler(sqsBatch(message), lambdaContext)),
      ),
    )
    expect(await places(first)).toBe(0)
  })
})

describe('whoever attends', () => {
  const Page = z.object({ meetups: z.array(z.object({ meetupId: z.string() })), cursor: z.string().optional() })
  const list = async (userId: string, query: Readonly<Record<string, string>>) => {
    const { statusCode, body = '' } = await listOwn(httpRequest({ query, claims: { sub: userId } }))
    return { status: statusCode, body: JSON.parse(body) }
  }

  test('finds the meetups listed, latest first, page by page', async () => {
    const ada = randomUUID()
    const startsAt = (day: number) => ({ startsAt: `2099-05-0${day}T18:00:00.000Z` })
    const meetups = [await given(1, startsAt(3)), await given(1, startsAt(9)), await given(1, startsAt(6))]
    await deliver(...meetups.map(({ meetupId }) => request({ meetupId, userId: ada })))
    const [three, nine, six] = meetups.map(({ meetupId }) => meetupId)
    const first = Page.parse((await list(ada, { limit: '2' })).body)
    expect(first.meetups.map(({ meetupId }) => meetupId)).toEqual([nine, six])
    const second = Page.parse((await list(ada, { limit: '2', cursor: first.cursor ?? '' })).body)
    expect(second).toMatchObject({ meetups: [{ meetupId: three }] })
    expect(second.cursor).toBeUndefined()
    expect((await list(randomUUID(), { cursor: first.cursor ?? '' })).status).toBe(400)
    await deliver(withdrawal({ meetupId: nine ?? '', userId: ada }))
    expect(Page.parse((await list(ada, {})).body).meetups.map(({ meetupId }) => meetupId)).toEqual([six, three])
  })

  test('sees that the meetup was cancelled', async () => {
    const ada = await given()
    await deliver(request(ada))
    const meetup = (await dynamoDb.scan('meetups')).find(({ meetupId }) => meetupId === ada.meetupId)
    await dynamoDb.put('meetups', { ...meetup, status: 'CANCELLED' })
    expect(await statusOf(ada)).toMatchObject({ isAttending: false, status: 'CANCELLED' })
  })
})
