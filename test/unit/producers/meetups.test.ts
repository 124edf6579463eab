import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Answer } from '../../../infra/runtime/answers.ts'
import { MAX_BANNER_BYTES, publishMeetup } from '../../../schemas/meetups.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { httpRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { newMeetup } from '../../support/meetups.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  SITE_URL: 'https://site.example',
  USER_POOL_CLIENT_ID: 'client',
  BANNERS_BUCKET: 'banners-1',
})
const { handler: publish } = await import('../../../producers/publish-meetup.ts')
const { handler: attend } = await import('../../../producers/attend-meetup.ts')
const { handler: leave } = await import('../../../producers/leave-meetup.ts')
const { handler: cancel } = await import('../../../producers/cancel-meetup.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const sub = randomUUID()
const claims = { sub, email: 'ada@example.com' }
const form = publishMeetup.example ?? {}
const Body = z.looseObject({
  meetupId: z.string().optional(),
  upload: z.object({ url: z.url() }).loose().optional(),
  errors: z.array(z.object({ path: z.string() })).optional(),
})

async function answerOf(answer: Promise<Answer>) {
  const { statusCode: status, body = '', headers } = await answer
  return { status, headers, body: Body.parse(JSON.parse(body)) }
}
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  answerOf(
    publish(
      httpRequest({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        claims,
      }),
    ),
  )

describe('publishing', () => {
  test('takes who publishes from the token, and answers where the meetup will be', async () => {
    const { status, body, headers } = await post({ ...form, creatorId: randomUUID(), user_email: 'eve@example.com' })
    expect(status).toBe(202)
    expect(headers).toMatchObject({ location: `/api/meetups/${body.meetupId}` })
    expect(emittedEvents(aws)).toMatchObject([
      {
        name: 'MeetupSubmitted',
        data: { ...form, meetupId: body.meetupId, creatorId: sub, creatorEmail: 'ada@example.com' },
      },
    ])
  })

  test('again with the same Idempotency-Key is the same', async () => {
    const [first, second] = [await post(form, { 'idempotency-key': 'k' }), await post(form, { 'idempotency-key': 'k' })]
    expect(second.body.meetupId).toBe(first.body.meetupId)
    expect((await post(form)).body.meetupId).not.toBe(first.body.meetupId)
    const [one, two] = emittedEvents(aws)
    expect(two?.metadata.eventId).toBe(one?.metadata.eventId)
  })

  test.each([
    ['date', { date: '2020-05-20' }],
    ['date', { date: '2099-02-29' }],
    ['date', { date: '2096-02-30' }],
    ['date', { date: new Date().toISOString().slice(0, 10), startTime: '00:00' }],
    ['date', { date: '20.5.2099' }],
    ['endTime', { startTime: '20:00', endTime: '18:00' }],
    ['endTime', { endTime: '18:00' }],
    ['startTime', { startTime: '24:00' }],
    ['maxAttendees', { maxAttendees: 0 }],
    ['maxAttendees', { maxAttendees: 100_001 }],
    ['maxAttendees', { maxAttendees: 1.5 }],
    ['maxAttendees', { maxAttendees: '50' }],
    ['title', { title: ' ' }],
    ['title', { title: 'two\nlines' }],
    ['title', { title: 'turned \u202e around' }],
    ['title', { title: 'x'.repeat(121) }],
    ['description', { description: 'x'.repeat(5001) }],
    ['description', { description: 'a\u0000b' }],
    ['locationType', { locationType: 'hybrid' }],
    ['privacy', { privacy: 'secret' }],
    ['bannerType', { bannerType: 'image/svg+xml' }],
    ['bannerType', { bannerSize: 1 }],
    ['bannerSize', { bannerType: 'image/png', bannerSize: MAX_BANNER_BYTES + 1 }],
    ['bannerSize', { bannerType: 'image/png', bannerSize: 0 }],
    ['category', { category: undefined }],
  ])('is refused for its %s: %j', async (path, wrong) => {
    expect(await post({ ...form, ...wrong })).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    })
    expect(emittedEvents(aws)).toEqual([])
  })

  test('is refused for all that is wrong at once', async () => {
    const { body } = await post({ ...form, title: undefined, date: '2020-01-01', endTime: '00:00', bannerSize: 1 })
    expect(body.errors?.map(({ path }) => path)).toEqual(['title', 'endTime', 'date', 'bannerType'])
  })

  test.each([
    ['image/jpeg', 'jpg', undefined, 'content-type;host'],
    ['image/png', 'png', 1234, 'content-length;content-type;host'],
  ])('with a banner of %s answers where it goes, for a minute', async (bannerType, extension, bannerSize, signed) => {
    const { body } = await post({ ...form, bannerType, bannerSize })
    const bannerKey = `banners/${body.meetupId}.${extension}`
    const [submitted] = emittedEvents(aws)
    expect(submitted?.data).toEqual({ ...submitted?.data, bannerKey })
    expect(submitted?.data).not.toHaveProperty('bannerType')

    const headers = { 'content-type': bannerType }
    expect(body.upload).toEqual({ url: expect.any(String), method: 'PUT', headers, expiresIn: 60 })
    const { origin, pathname, searchParams } = new URL(body.upload?.url ?? '')
    expect(`${origin}${pathname}`).toBe(`${aws.url}/banners-1/${bannerKey}`)
    expect(Object.fromEntries(searchParams)).toMatchObject({ 'X-Amz-Expires': '60', 'X-Amz-SignedHeaders': signed })
  })

  test('without one answers no upload', async () => {
    expect((await post(form)).body).not.toHaveProperty('upload')
    expect(emittedEvents(aws)[0]?.data).not.toHaveProperty('bannerKey')
  })

  test('takes a description of several lines', async () => {
    expect((await post({ ...form, description: 'one\r\n\n\ttwo' })).status).toBe(202)
  })
})

describe('cancelling', () => {
  const meetup = {
    ...newMeetup({ creatorId: sub }),
    status: 'PUBLISHED',
    attending: 0,
    startsAt: '2099-05-20T18:00:00Z',
  }
  const attributes = Object.entries(meetup).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ])
  const remove = (id: string, caller: string) =>
    answerOf(cancel(httpRequest({ method: 'DELETE', pathParameters: { id }, claims: { sub: caller } })))

  test.each([
    ['by whoever published it is accepted', sub, meetup.meetupId, 202],
    ["is a 404 for somebody else's", randomUUID(), meetup.meetupId, 404],
    ['is a 404 for what is no id', sub, 'hello', 404],
  ])('%s', async (_, caller, id, status) => {
    aws.answer('GetItem', () => ({ body: { Item: Object.fromEntries(attributes) } }))
    expect((await remove(id, caller)).status).toBe(status)
    const data = { meetupId: id, userId: caller }
    expect(emittedEvents(aws)).toMatchObject(status === 202 ? [{ name: 'MeetupCancellationRequested', data }] : [])
  })

  test('is a 404 for what is not there', async () => {
    expect((await remove(randomUUID(), sub)).status).toBe(404)
  })
})

describe.each([
  ['attending', attend, 'id', 'AttendanceRequested', { email: 'ada@example.com' }],
  ['leaving', leave, 'meetupId', 'AttendanceWithdrawn', {}],
] as const)('%s', (_, handler, parameter, name, more) => {
  const wish = (id: string, headers: Readonly<Record<string, string>> = {}) =>
    answerOf(handler(httpRequest({ method: 'POST', pathParameters: { [parameter]: id }, headers, claims })))

  test('is accepted without looking', async () => {
    const meetupId = randomUUID()
    expect(await wish(meetupId)).toMatchObject({ status: 202, body: { meetupId } })
    expect(emittedEvents(aws)).toMatchObject([{ name, data: { meetupId, userId: sub, ...more } }])
  })

  test('is a new wish each time but for an Idempotency-Key, which is one for each meetup', async () => {
    const [one, another] = [randomUUID(), randomUUID()]
    const key = { 'idempotency-key': 'k' }
    for (const [id, headers] of [[one], [one], [one, key], [one, key], [another, key]] as const) await wish(id, headers)
    const ids = emittedEvents(aws).map(({ metadata }) => metadata.eventId)
    expect(new Set(ids).size).toBe(4)
    expect(ids[3]).toBe(ids[2])
  })

  test('is a 404 for what is no id', async () => {
    expect((await wish('hello')).status).toBe(404)
  })
})
