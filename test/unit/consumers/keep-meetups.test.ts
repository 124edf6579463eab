import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Answer } from '../../../infra/runtime/answers.ts'
import { MeetupCancellationRequested, MeetupSubmitted } from '../../../schemas/meetups.ts'
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
  CONSUMER: 'keep-meetups',
  SITE_URL: 'https://site.example',
})
const { handler } = await import('../../../consumers/keep-meetups/handler.ts')
const { handler: getMeetup } = await import('../../../consumers/keep-meetups/get-meetup.ts')
const { handler: listMeetups } = await import('../../../consumers/keep-meetups/list-meetups.ts')
const { handler: listOwnMeetups } = await import('../../../consumers/keep-meetups/list-own-meetups.ts')
beforeEach(() => {
  aws.reset()
  captureLog()
})
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

type Meetup = ReturnType<typeof newMeetup>
const cancelledAt = '2027-01-15T09:00:00.000Z'
const submitted = (data: Meetup, more = {}) => envelope(MeetupSubmitted, { data, ...more })
const cancellation = ({ meetupId, creatorId }: Meetup, userId = creatorId) =>
  envelope(MeetupCancellationRequested, { data: { meetupId, userId }, occurredAt: cancelledAt })

/** Delivers one message; answers whether it is to be retried. */
async function deliver(message: object): Promise<boolean> {
  const { batchItemFailures } = await handler(sqsBatch(message), lambdaContext)
  return batchItemFailures.length > 0
}

const answerOf = async (answer: Promise<Answer>) => {
  const { statusCode, body = '' } = await answer
  return { status: statusCode, body: z.record(z.string(), z.unknown()).parse(JSON.parse(body)) }
}
const get = (id: string) => answerOf(getMeetup(httpRequest({ pathParameters: { id } })))
const status = async ({ meetupId }: Meetup) => (await get(meetupId)).body.status

describe('a meetup', () => {
  test('that is submitted is published, and shows no address', async () => {
    const meetup = newMeetup()
    expect(await deliver(submitted(meetup))).toBe(false)
    const { creatorEmail: _, ...known } = meetup
    expect(emittedEvents(aws)).toMatchObject([{ name: 'MeetupPublished', data: known }])
    expect(await get(meetup.meetupId)).toEqual({ status: 200, body: { ...known, status: 'PUBLISHED', attending: 0 } })
  })

  test('that has a banner says where it is', async () => {
    const meetup = { ...newMeetup(), bannerKey: 'banners/1.png' }
    await deliver(submitted(meetup))
    const { body } = await get(meetup.meetupId)
    expect(body.bannerUrl).toBe('https://site.example/banners/1.png')
    expect(body).not.toHaveProperty('bannerKey')
  })

  test('is as it was first submitted, and is announced under one id', async () => {
    const meetup = newMeetup()
    await deliver(submitted(meetup))
    await deliver(submitted({ ...meetup, title: 'Another' }))
    expect((await get(meetup.meetupId)).body.title).toBe(meetup.title)
    const [first, second] = emittedEvents(aws)
    expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
    expect(second?.data).toEqual(first?.data)
  })

  test.each(['', 'hello', randomUUID(), 'x'.repeat(3000)])('of the id %.40s is not there', async (id) => {
    expect(await get(id)).toMatchObject({ status: 404, body: { detail: 'There is no such meetup' } })
  })
})

describe('a cancellation', () => {
  test('by whoever published it takes effect once', async () => {
    const meetup = newMeetup()
    await deliver(submitted(meetup))
    aws.reset()
    for (const message of [cancellation(meetup), cancellation(meetup)]) expect(await deliver(message)).toBe(false)
    expect(await status(meetup)).toBe('CANCELLED')
    const { meetupId, creatorId, title, date, startTime } = meetup
    const events = emittedEvents(aws)
    expect(events).toMatchObject([
      { name: 'MeetupCancelled', data: { meetupId, creatorId, title, date, startTime, cancelledAt } },
      { name: 'MeetupCancelled' },
    ])
    expect(new Set(events.map(({ metadata }) => metadata.eventId)).size).toBe(1)
  })

  test('by anybody else takes none', async () => {
    const meetup = newMeetup()
    await deliver(submitted(meetup))
    aws.reset()
    expect(await deliver(cancellation(meetup, randomUUID()))).toBe(false)
    expect(await status(meetup)).toBe('PUBLISHED')
    expect(emittedEvents(aws)).toEqual([])
  })

  test('that comes before its meetup is tried again', async () => {
    const meetup = newMeetup()
    const message = cancellation(meetup)
    expect(await deliver(message)).toBe(true)
    await deliver(submitted(meetup))
    expect(await deliver(message)).toBe(false)
    expect(await status(meetup)).toBe('CANCELLED')
  })
})

test('a failure between writing and announcing is made good by the retry', async () => {
  const meetup = newMeetup()
  for (const message of [submitted(meetup), cancellation(meetup)]) {
    aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
    expect(await deliver(message)).toBe(true)
    aws.reset()
    expect(await deliver(message)).toBe(false)
    expect(emittedEvents(aws)).toHaveLength(1)
  }
})

const Page = z.object({ meetups: z.array(z.object({ meetupId: z.string() })), cursor: z.string().optional() })
type Query = Readonly<Record<string, string>>
const list = (query: Query) => answerOf(listMeetups(httpRequest({ query })))
const mine = (sub: string, query: Query) => answerOf(listOwnMeetups(httpRequest({ query, claims: { sub } })))

/** The ids on all pages, and how many there were on each. */
async function walk(read: (query: Query) => ReturnType<typeof list>, limit: number) {
  const ids: string[] = []
  const sizes: number[] = []
  let cursor: string | undefined
  do {
    const page = Page.parse((await read({ limit: String(limit), ...(cursor ? { cursor } : {}) })).body)
    ids.push(...page.meetups.map(({ meetupId }) => meetupId))
    sizes.push(page.meetups.length)
    cursor = page.cursor
  } while (cursor)
  return { ids, sizes }
}

/** Meetups on these days of May 2098, in this order. */
async function publishOn(days: readonly number[], differences: Parameters<typeof newMeetup>[0] = {}) {
  const meetups = days.map((day) => newMeetup({ date: `2098-05-${String(day).padStart(2, '0')}`, ...differences }))
  await handler(sqsBatch(...meetups.map((meetup) => submitted(meetup))), lambdaContext)
  return meetups
}

describe('the public list', () => {
  test('has what is public, yet to come and not cancelled, soonest first, page by page', async () => {
    const [third, first, , second] = await publishOn([23, 21, 24, 22]).then(async (meetups) => {
      const [, , cancelled] = meetups
      if (cancelled) await deliver(cancellation(cancelled))
      return meetups
    })
    const [secret] = await publishOn([21], { privacy: 'private' })
    const [past] = await publishOn([21], { date: '2020-05-20' })
    const expected = [first, second, third].map((meetup) => meetup?.meetupId)
    const { ids, sizes } = await walk(list, 2)
    expect(ids.filter((id) => expected.includes(id))).toEqual(expected)
    expect(ids).not.toContain(secret?.meetupId)
    expect(ids).not.toContain(past?.meetupId)
    expect(sizes.slice(0, -1).every((size) => size === 2)).toBe(true)
    expect((await get(secret?.meetupId ?? '')).status).toBe(200)
  })

  test.each(['0', '101', 'many', '1.5'])('has no page of %s', async (limit) => {
    expect(await list({ limit })).toMatchObject({ status: 400, body: { errors: [{ path: 'limit' }] } })
  })

  test('goes on where a page ended, though its last meetup is cancelled by then and another one begins sooner', async () => {
    const [first, second, third] = await publishOn([26, 27, 28])
    let cursor: string | undefined
    do {
      const page = Page.parse((await list({ limit: '1', ...(cursor ? { cursor } : {}) })).body)
      cursor = page.cursor
      if (page.meetups[0]?.meetupId === second?.meetupId) break
    } while (cursor)
    if (second) await deliver(cancellation(second))
    await publishOn([26])
    const { meetups } = Page.parse((await list({ cursor: cursor ?? '' })).body)
    const ids = meetups.map(({ meetupId }) => meetupId)
    expect(ids).toContain(third?.meetupId)
    expect(ids).not.toContain(first?.meetupId)
    expect(ids).not.toContain(second?.meetupId)
  })

  test('goes on at its own cursors only', async () => {
    const creatorId = randomUUID()
    await publishOn([1, 2], { creatorId })
    const { cursor = '' } = Page.parse((await mine(creatorId, { limit: '1' })).body)
    expect((await mine(creatorId, { cursor })).status).toBe(200)
    const wrong = { status: 400, body: { errors: [{ path: 'cursor' }] } }
    expect(await list({ cursor })).toMatchObject(wrong)
    expect(await mine(randomUUID(), { cursor })).toMatchObject(wrong)
    expect(
      await mine(creatorId, { cursor: `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}` }),
    ).toMatchObject(wrong)
  })
})

test("one's own meetups are listed latest first, private and cancelled ones as well, and nobody else's", async () => {
  const creatorId = randomUUID()
  const [early, late] = await publishOn([1, 9], { creatorId })
  const [secret] = await publishOn([5], { creatorId, privacy: 'private' })
  await publishOn([3])
  if (early) await deliver(cancellation(early))
  const expected = [late, secret, early].map((meetup) => meetup?.meetupId)
  expect(await walk((query) => mine(creatorId, query), 2)).toEqual({ ids: expected, sizes: [2, 1] })
  expect((await walk((query) => mine(creatorId, query), 3)).sizes).toEqual([3])
})
