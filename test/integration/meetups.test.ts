import { randomUUID } from 'node:crypto'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { AttendanceRequested } from '../../schemas/attendances.ts'
import { sourceOf } from '../../schemas/event.ts'
import { MeetupView, publishMeetup } from '../../schemas/meetups.ts'
import { type Account, call, newAccount } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let ada: Account
let bob: Account
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  ;[ada, bob] = await Promise.all([newAccount(cloud), newAccount(cloud)])
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const form = publishMeetup.example ?? {}
const Page = z.object({ meetups: z.array(MeetupView), cursor: z.string().optional() })

async function publish(differences: object = {}, { idToken: token } = ada): Promise<string> {
  const { status, body } = await call(cloud, 'POST', '/api/meetups', { token, body: { ...form, ...differences } })
  expect(status).toBe(202)
  await cloud.settled()
  return z.object({ meetupId: z.uuid() }).parse(body).meetupId
}
const get = (path: string, { idToken: token }: Pick<Account, 'idToken'> = ada) => call(cloud, 'GET', path, { token })
const meetup = async (id: string) => MeetupView.parse((await get(`/api/meetups/${id}`)).body)
const ids = (body: unknown) => Page.parse(body).meetups.map(({ meetupId }) => meetupId)
const attend = (id: string, { idToken: token } = bob) =>
  call(cloud, 'POST', `/api/meetups/${id}/attendances`, { token })
const isAttending = async (id: string, who = bob) => (await get(`/api/me/attendances/${id}`, who)).body
const subjects = async (email: string) => (await cloud.emails(email)).map(({ subject }) => subject)

/** As many people who want to attend at the same moment; their addresses. */
async function crowd(meetupId: string, size: number): Promise<readonly string[]> {
  const client = new EventBridgeClient(clientConfig(cloud.endpoint))
  const people = Array.from({ length: size }, () => ({ userId: randomUUID(), email: `${randomUUID()}@example.com` }))
  const entries = people.map((person) => ({
    EventBusName: 'ensemble-dev',
    Source: sourceOf(AttendanceRequested),
    DetailType: AttendanceRequested.name,
    Detail: JSON.stringify({
      metadata: {
        eventId: randomUUID(),
        correlationId: 'crowd',
        version: AttendanceRequested.version,
        occurredAt: new Date().toISOString(),
      },
      data: { meetupId, ...person },
    }),
  }))
  const calls = Array.from({ length: Math.ceil(size / 10) }, (_, index) => entries.slice(10 * index, 10 * index + 10))
  await Promise.all(calls.map((Entries) => client.send(new PutEventsCommand({ Entries }))))
  await cloud.settled()
  return people.map(({ email }) => email)
}

test('a meetup is published, listed, attended, left', async () => {
  const title = `Tea <b>with</b> engines ${randomUUID()}`
  const meetupId = await publish({ title, maxAttendees: 1 })
  expect(await meetup(meetupId)).toMatchObject({ title, attending: 0, status: 'PUBLISHED', creatorId: ada.userId })
  expect(JSON.stringify((await get(`/api/meetups/${meetupId}`)).body)).not.toContain(ada.email)
  expect(ids((await get('/api/meetups?limit=100')).body)).toContain(meetupId)
  expect(ids((await get('/api/me/meetups')).body)).toContain(meetupId)
  expect(ids((await get('/api/me/meetups', bob)).body)).not.toContain(meetupId)

  expect(await attend(meetupId)).toMatchObject({ status: 202, body: { meetupId, status: 'REQUESTED' } })
  await cloud.settled()
  await attend(meetupId)
  await cloud.settled()
  expect(await isAttending(meetupId)).toMatchObject({ isAttending: true, status: 'CONFIRMED' })
  expect((await meetup(meetupId)).attending).toBe(1)
  expect(ids((await get('/api/me/attendances', bob)).body)).toEqual([meetupId])
  expect((await subjects(bob.email)).filter((subject) => subject === `See you at ${title}`)).toHaveLength(1)

  await attend(meetupId, ada)
  await cloud.settled()
  expect(await isAttending(meetupId, ada)).toMatchObject({ isAttending: false, status: 'DECLINED', reason: 'full' })
  expect(await subjects(ada.email)).toContain(`No place at ${title}`)

  expect((await call(cloud, 'DELETE', `/api/me/attendances/${meetupId}`, { token: bob.idToken })).status).toBe(202)
  await cloud.settled()
  expect(await isAttending(meetupId)).toMatchObject({ isAttending: false, status: 'WITHDRAWN' })
  expect(ids((await get('/api/me/attendances', bob)).body)).toEqual([])
  await attend(meetupId, ada)
  await cloud.settled()
  expect(await isAttending(meetupId, ada)).toMatchObject({ isAttending: true, status: 'CONFIRMED' })
})

test('60 people at once for 15 places end in exactly 15; a cancellation tells each of them once', async () => {
  const title = `Crowded ${randomUUID()}`
  const meetupId = await publish({ title, maxAttendees: 15 })
  const addresses = await crowd(meetupId, 60)
  expect((await meetup(meetupId)).attending).toBe(15)
  const mails = async (subject: string) => (await cloud.emails()).filter((mail) => mail.subject === subject)
  const confirmed = await mails(`See you at ${title}`)
  expect(confirmed).toHaveLength(15)
  expect(await mails(`No place at ${title}`)).toHaveLength(45)
  for (const { to } of confirmed) expect(addresses).toContain(String(to))

  const cancel = ({ idToken: token }: Account) => call(cloud, 'DELETE', `/api/meetups/${meetupId}`, { token })
  expect((await cancel(bob)).status).toBe(404)
  expect((await cancel(ada)).status).toBe(202)
  await cloud.settled()
  expect((await meetup(meetupId)).status).toBe('CANCELLED')
  expect(ids((await get('/api/meetups?limit=100')).body)).not.toContain(meetupId)
  await cancel(ada)
  await cloud.settled()
  const told = (await mails(`Cancelled: ${title}`)).map(({ to }) => String(to))
  expect(told.sort()).toEqual(confirmed.map(({ to }) => String(to)).sort())

  await attend(meetupId)
  await cloud.settled()
  expect(await isAttending(meetupId)).toMatchObject({ isAttending: false, status: 'DECLINED', reason: 'cancelled' })
})

describe('a meetup that is', () => {
  test('private is found by its link only', async () => {
    const meetupId = await publish({ privacy: 'private' })
    expect(ids((await get('/api/meetups?limit=100')).body)).not.toContain(meetupId)
    expect(ids((await get('/api/me/meetups')).body)).toContain(meetupId)
    expect((await call(cloud, 'GET', `/api/meetups/${meetupId}`)).status).toBe(200)
  })

  test('not there is a 404, and a wish to attend it is declined', async () => {
    const meetupId = randomUUID()
    expect((await get(`/api/meetups/${meetupId}`)).status).toBe(404)
    expect((await call(cloud, 'DELETE', `/api/meetups/${meetupId}`, { token: ada.idToken })).status).toBe(404)
    expect((await attend(meetupId)).status).toBe(202)
    await cloud.settled()
    expect(await isAttending(meetupId)).toMatchObject({ status: 'DECLINED', reason: 'not-found' })
  })
})

test.each([
  ['POST', '/api/meetups'],
  ['DELETE', `/api/meetups/${randomUUID()}`],
  ['POST', `/api/meetups/${randomUUID()}/attendances`],
  ['GET', '/api/me/meetups'],
  ['GET', '/api/me/attendances'],
  ['GET', `/api/me/attendances/${randomUUID()}`],
  ['DELETE', `/api/me/attendances/${randomUUID()}`],
])('%s %s is for whoever is logged in', async (method, path) => {
  expect((await call(cloud, method, path)).status).toBe(401)
})

test('lists are read page by page, at cursors of their own only', async () => {
  const carol = await newAccount(cloud)
  const published: string[] = []
  for (const day of ['11', '12', '13']) published.push(await publish({ date: `2098-03-${day}` }, carol))
  const read = async (path: string) => Page.parse((await get(path, carol)).body)

  const first = await read('/api/me/meetups?limit=2')
  const second = await read(`/api/me/meetups?limit=2&cursor=${first.cursor}`)
  expect([...first.meetups, ...second.meetups].map(({ meetupId }) => meetupId)).toEqual([...published].reverse())
  expect(second.cursor).toBeUndefined()

  const all: string[] = []
  let cursor: string | undefined
  do {
    const page = await read(`/api/meetups?limit=1${cursor ? `&cursor=${cursor}` : ''}`)
    all.push(...page.meetups.map(({ meetupId }) => meetupId))
    cursor = page.cursor
  } while (cursor)
  expect(all.filter((id) => published.includes(id))).toEqual(published)

  const { cursor: mine = '' } = first
  const tampered = `${mine.slice(0, 20)}${mine[20] === 'A' ? 'B' : 'A'}${mine.slice(21)}`
  for (const path of [`/api/me/meetups?cursor=${tampered}`, `/api/meetups?cursor=${mine}`, '/api/meetups?cursor=1']) {
    expect((await get(path, carol)).status).toBe(400)
  }
  expect((await get(`/api/me/meetups?cursor=${mine}`, bob)).status).toBe(400)
})

test('a request with an Idempotency-Key is one meetup, however often it is sent', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const title = `Once ${randomUUID()}`
  const send = () => call(cloud, 'POST', '/api/meetups', { token: ada.idToken, body: { ...form, title }, headers })
  const [first, second] = [await send(), await send()]
  await cloud.settled()
  expect(second.body).toEqual(first.body)
  const { meetups } = Page.parse((await get('/api/me/meetups?limit=100')).body)
  expect(meetups.filter((one) => one.title === title)).toHaveLength(1)
})

test('the old names do what their successors do, and say so', async () => {
  const old = (method: string, path: string, body?: unknown) =>
    call(cloud, method, path, { token: bob.idToken, ...(body ? { body } : {}) })
  const title = `Old ${randomUUID()}`
  // Who calls is in the token, whatever the body says.
  const created = await old('POST', '/api/create-event', { ...form, title, user_email: ada.email })
  expect(created.status).toBe(202)
  await cloud.settled()
  const { meetupId } = z.object({ meetupId: z.uuid() }).parse(created.body)
  expect(await meetup(meetupId)).toMatchObject({ title, creatorId: bob.userId })
  const registered = await old('POST', '/api/register-user-to-event', { event_id: meetupId, user_email: ada.email })
  expect(registered).toMatchObject({ status: 202, body: { meetupId, status: 'REQUESTED' } })
  await cloud.settled()
  const lists = await Promise.all(
    [
      '/api/get-events?limit=100',
      '/api/get-events-that-user-created?limit=100',
      '/api/get-events-that-user-registered-to?limit=100',
    ].map((path) => old('GET', path)),
  )
  for (const { body } of lists) expect(ids(body)).toContain(meetupId)
  expect((await old('POST', '/api/register-user-to-event', {})).status).toBe(400)
  expect((await call(cloud, 'GET', '/api/get-events-that-user-created')).status).toBe(401)

  const links = [created, registered, ...lists].map(({ headers }) => {
    expect(headers.get('deprecation')).toBe('@1793491200')
    return headers.get('link')
  })
  expect(links).toEqual(
    [
      '/api/meetups',
      `/api/meetups/${meetupId}/attendances`,
      '/api/meetups',
      '/api/me/meetups',
      '/api/me/attendances',
    ].map((path) => `<${path}>; rel="successor-version"`),
  )
})

test('meetups and places are there after a restart', async () => {
  const meetupId = await publish()
  await attend(meetupId)
  await cloud.settled()
  await cloud.kill()
  cloud = await startCloud(stateDir)
  expect((await meetup(meetupId)).attending).toBe(1)
  expect(await isAttending(meetupId)).toMatchObject({ isAttending: true })
})
