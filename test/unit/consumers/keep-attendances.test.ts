import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { derivedId } from '../../../infra/runtime/ids.ts'
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
/** An execution environment: what it knows of others is what the tables say. */
async function environment() {
  vi.resetModules()
  const { handler } = await import('../../../consumers/keep-attendances/handler.ts')
  return { handler, decisions: await import('../../../consumers/keep-attendances/attend.ts') }
}
const environments = [await environment(), await environment()] as const
const [{ handler }] = environments
const { findAttendance } = await import('../../../consumers/keep-attendances/record.ts')
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

/** Delivers messages in batches, all at the same time; what is to be retried comes again, as from a queue. */
async function deliverAtOnce(messages: readonly object[]): Promise<void> {
  const size = Math.ceil(messages.length / 10)
  await Promise.all(
    Array.from({ length: size }, async (_, index) => {
      let left = messages.filter((_, position) => position % size === index)
      while (left.length > 0) {
        const { handler } = environments[index % 2 === 0 ? 0 : 1]
        const { batchItemFailures } = await handler(sqsBatch(...left), lambdaContext)
        const retried = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
        left = left.filter((_, position) => retried.includes(`m${position + 1}`))
      }
    }),
  )
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
  return attending.length
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

  test('of 200 people at once for 50 places is granted to 50, also while some of them leave', async () => {
    const first = await given(50)
    const people = Array.from({ length: 200 }, () => another(first))
    const leaving = people.slice(0, 10)
    await deliverAtOnce([...people.map((person) => request(person)), ...leaving.map((person) => withdrawal(person))])
    const freed = 50 - (await places(first))
    expect(freed).toBeLessThanOrEqual(leaving.length)
    // Whoever left may have given a place back when all others had been told that there was none.
    await deliverAtOnce(Array.from({ length: 11 }, () => request(another(first))))
    expect(await places(first)).toBe(50)
    const counts = Object.groupBy(outcomes(), (outcome) => outcome)
    expect(counts['AttendanceDeclined full']?.length).toBeGreaterThanOrEqual(140)
    for (const person of leaving) expect(await statusOf(person)).toMatchObject({ isAttending: false })
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
})

test.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
  'a withdrawal between two requests leaves one place taken, whatever the order: %j',
  async (order) => {
    const ada = await given()
    const messages = [request(ada, 0), withdrawal(ada, 1), request(ada, 2)]
    await deliver(...order.map((index) => messages[index] ?? {}))
    expect(await statusOf(ada)).toMatchObject({ isAttending: true })
    expect(await places(ada)).toBe(1)
  },
)

/** What people want, late, some of it twice, in any order, decided in one of two environments. */
const deliveries = fc
  .uniqueArray(
    fc.record({
      who: fc.nat(1),
      comes: fc.boolean(),
      minute: fc.nat(7),
      environment: fc.constantFrom(0, 1),
      again: fc.boolean(),
    }),
    { selector: ({ who, minute }) => `${who} ${minute}`, minLength: 3, maxLength: 12 },
  )
  .chain((wishes) => {
    const all = wishes.flatMap((wish) => (wish.again ? [wish, wish] : [wish]))
    return fc.shuffledSubarray(all, { minLength: all.length })
  })

test('whatever is wanted, late, twice or at once: a place is for one, and the last wish of each counts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.constantFrom(1, 6), deliveries, async (...drawn) => {
      const [capacity, atOnce, all] = drawn
      const first = await given(capacity)
      const people = [first, another(first)]
      const decide = ({ who, comes, minute, environment }: (typeof all)[number]) => {
        const { attend, withdraw } = environments[environment].decisions
        const wish = { ...(people[who] ?? first), requestId: derivedId(String(who), String(minute)), at: at(minute) }
        return comes ? attend({ ...wish, email }) : withdraw(wish)
      }
      for (let next = 0; next < all.length; next += atOnce)
        await Promise.all(all.slice(next, next + atOnce).map(decide))
      expect(await places(first)).toBeLessThanOrEqual(capacity)
      for (const [who, person] of people.entries()) {
        const last = all.filter((wish) => wish.who === who).sort((a, b) => b.minute - a.minute)[0]
        const found = await findAttendance(person)
        if (!last?.comes) expect(found?.status).not.toBe('CONFIRMED')
        else if (capacity === people.length) expect(found?.status).toBe('CONFIRMED')
      }
    }),
    { numRuns: 30 },
  )
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
