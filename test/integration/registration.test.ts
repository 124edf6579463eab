import { randomUUID } from 'node:crypto'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { delivered } from '../support/delivered.ts'
import {
  linkIn,
  newEmail,
  open,
  post,
  register,
  registrationStatus,
  verificationMail,
} from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir, '-c', 'ownerEmail=owner@example.org')
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const client = () => clientConfig(cloud.endpoint)

async function item(registrationId: string) {
  const { Item } = await new DynamoDBClient(client()).send(
    new GetItemCommand({ TableName: 'ensemble-dev-registrations', Key: { registrationId: { S: registrationId } } }),
  )
  return Item
}

/** An event put on the bus by somebody else, with the envelope of the contract. */
async function put(name: string, data: object, eventId: string = randomUUID()): Promise<void> {
  const metadata = { eventId, correlationId: randomUUID(), version: 1, occurredAt: new Date().toISOString() }
  const { FailedEntryCount } = await new EventBridgeClient(client()).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: 'ensemble-dev',
          Source: 'ensemble.registrations',
          DetailType: name,
          Detail: JSON.stringify({ metadata, data }),
        },
      ],
    }),
  )
  expect(FailedEntryCount).toBe(0)
}

const soon = () => Math.floor(Date.now() / 1000) + 3600

test('register, mail, link, confirmed, and the owner is told', async () => {
  const email = newEmail()
  const id = await register(cloud, email, 'Grace Hopper', { 'x-correlation-id': `flow-${email}` })
  const mail = await verificationMail(cloud, email)
  expect(mail.html).toContain('Verify My Email')
  expect(mail.text).toMatch(/expires/)
  await until(async () =>
    expect(await registrationStatus(cloud, id)).toEqual({ registrationId: id, status: 'PENDING' }),
  )
  expect(Number((await item(id))?.expiresAt?.N)).toBeGreaterThan(Date.now() / 1000 + 86_000)

  expect(await open(linkIn(mail))).toEqual({ status: 302, path: '/confirmed.html', message: null })
  await cloud.settled()

  expect(await registrationStatus(cloud, id)).toEqual({
    registrationId: id,
    status: 'CONFIRMED',
    confirmedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  })
  expect(await item(id)).not.toHaveProperty('expiresAt')
  expect(
    (await cloud.emails('owner@example.org')).filter(({ subject }) => subject === 'New registration: Grace Hopper'),
  ).toHaveLength(1)
  const chain = await cloud.events({ correlationId: `flow-${email}` })
  expect(chain.map(({ name }) => name)).toContain('RegistrationRequested')
  const again = await open(linkIn(mail))
  expect(again.path).toBe('/confirmed.html')
  expect(again.message).toMatch(/already verified/)
})

test('no event, log or table holds the token', async () => {
  const email = newEmail()
  const id = await register(cloud, email)
  const signature =
    linkIn(await verificationMail(cloud, email))
      .split('.')
      .at(-1) ?? ''
  expect(signature).toHaveLength(43)
  await cloud.settled()
  expect(JSON.stringify(await cloud.events())).not.toContain(signature)
  expect(JSON.stringify(await item(id))).not.toContain(signature)
})

describe('events in any order, and more than once', () => {
  const requested = (registrationId: string, email: string) =>
    put('RegistrationRequested', { registrationId, name: 'Ada', email, expiresAt: soon() })

  test('verified before kept', async () => {
    const [id, email] = [randomUUID(), newEmail()]
    await put('EmailVerified', { registrationId: id })
    await cloud.settled()
    expect(await registrationStatus(cloud, id)).toBe(404)
    await requested(id, email)
    await cloud.settled()
    expect(await registrationStatus(cloud, id)).toMatchObject({ status: 'CONFIRMED' })
    expect(await item(id)).not.toHaveProperty('expiresAt')
    expect((await cloud.emails('owner@example.org')).filter(({ text }) => text.includes(email))).toHaveLength(1)
  })

  test('each event twice, with the same and with other ids', async () => {
    const [id, email, eventId] = [randomUUID(), newEmail(), randomUUID()]
    const data = { registrationId: id, name: 'Ada', email, expiresAt: soon() }
    await Promise.all([put('RegistrationRequested', data, eventId), put('RegistrationRequested', data, eventId)])
    await Promise.all([put('EmailVerified', { registrationId: id }), put('EmailVerified', { registrationId: id })])
    await cloud.settled()
    expect(await registrationStatus(cloud, id)).toMatchObject({ status: 'CONFIRMED' })
    expect(await cloud.emails(email)).toHaveLength(1)
    expect((await cloud.emails('owner@example.org')).filter(({ text }) => text.includes(email))).toHaveLength(1)
    const deliveries = (await cloud.events({ name: 'RegistrationRequested' }))
      .filter(({ detail }) => detail.metadata.eventId === eventId)
      .flatMap(({ deliveries }) => deliveries.filter(({ consumer }) => consumer === 'send-verification'))
    expect(deliveries.length).toEqual(delivered(2))
    expect(deliveries.filter(({ outcome }) => outcome === 'duplicate').length).toEqual(delivered(1))
  })

  test('an event that breaks its contract goes to the dead letters at once', async () => {
    const id = randomUUID()
    await put('RegistrationRequested', { registrationId: id, name: 'Ada' })
    await cloud.settled()
    const [event] = (await cloud.events({ name: 'RegistrationRequested' })).filter(
      ({ detail }) => detail.data.registrationId === id,
    )
    expect(event?.deliveries.length).toEqual(delivered(2))
    for (const { outcome, attempts } of event?.deliveries ?? [])
      expect({ outcome, attempts }).toEqual({ outcome: 'dead', attempts: delivered(1) })
  })
})

describe('Idempotency-Key', () => {
  test('the same key is one registration and one mail', async () => {
    const email = newEmail()
    const key = { 'idempotency-key': randomUUID() }
    const ids = await Promise.all([1, 2, 3].map(() => register(cloud, email, 'Ada', key)))
    ids.push(await register(cloud, email, 'Ada', key))
    await cloud.settled()
    expect(new Set(ids).size).toBe(1)
    expect(await cloud.emails(email)).toHaveLength(1)
  })

  test('without one every request is a registration of its own', async () => {
    const email = newEmail()
    const ids = [await register(cloud, email), await register(cloud, email)]
    await cloud.settled()
    expect(new Set(ids).size).toBe(2)
    expect(await cloud.emails(email)).toHaveLength(2)
  })
})

describe('bad input is answered, and nothing is emitted', () => {
  const email = newEmail()
  test.each([
    ['two wrong fields at once', { name: '', email: 'nope' }, 400, ['name', 'email']],
    ['missing fields', {}, 400, ['name', 'email']],
    ['long name', { name: 'x'.repeat(101), email }, 400, ['name']],
    ['control characters', { name: 'Ada\u0000', email }, 400, ['name']],
    ['header injection', { name: 'Ada', email: 'a@example.com\r\nBcc: b@example.com' }, 400, ['email']],
    ['two addresses', { name: 'Ada', email: 'a@example.com, b@example.com' }, 400, ['email']],
    ['wrong types', { name: 1, email: ['a@example.com'] }, 400, ['name', 'email']],
    ['a list', [], 400, ['']],
    ['null', 'null', 400, ['']],
    ['malformed JSON', '{"name":', 400, undefined],
    ['oversize', JSON.stringify({ name: 'x'.repeat(70_000), email }), 413, undefined],
  ])('%s', async (_, body, status, paths) => {
    const before = (await cloud.events({ name: 'RegistrationRequested' })).length
    const response = await post(cloud, body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('x-correlation-id')).toMatch(/^[\w-]{8,}$/)
    const problem = await response.json()
    expect(problem).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    })
    expect(problem.errors?.map(({ path }: { path: string }) => path)).toEqual(paths)
    expect((await cloud.events({ name: 'RegistrationRequested' })).length).toBe(before)
  })

  test('wrong content type', async () => {
    const response = await post(cloud, 'name=Ada', { 'content-type': 'text/plain' })
    expect(response.status).toBe(415)
  })

  test('an unknown route and an unknown registration', async () => {
    for (const path of ['/api/nothing', `/api/registrations/${randomUUID()}`]) {
      const response = await fetch(cloud.siteUrl + path)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
    }
  })
})

test('HTML in a name arrives escaped, line breaks nowhere', async () => {
  const email = newEmail()
  const name = '<img src=x onerror=alert(1)> & "Co"'
  const id = await register(cloud, email, name)
  const mail = await verificationMail(cloud, email)
  expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;Co&quot;')
  expect(mail.html).not.toContain('<img')
  await open(linkIn(mail))
  await until(async () => expect(await registrationStatus(cloud, id)).toMatchObject({ status: 'CONFIRMED' }))
  await cloud.settled()
  const notice = (await cloud.emails('owner@example.org')).find(({ subject }) => subject.includes('onerror'))
  expect(notice?.subject).toBe(`New registration: ${name}`)
  expect(notice?.html).not.toContain('<img')
})

describe('the plain HTML form', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${cloud.siteUrl}/api/register`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers },
      body: new URLSearchParams(fields),
    })

  test('leads to a page', async () => {
    const email = newEmail()
    const response = await form({ name: 'Ada Ümlaut', email })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/check-inbox.html'])
    expect((await verificationMail(cloud, email)).text).toContain('Hello Ada Ümlaut')
  })

  test('a mistake is a page too, with what was typed escaped', async () => {
    const response = await form({ name: '', email: '<b>' })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).not.toContain('<b>@')
  })

  test('a form of somebody else may have more fields', async () => {
    const response = await form({ name: 'Ada', email: newEmail(), submit: 'Send' })
    expect(response.status).toBe(303)
  })

  test('a program that asks for JSON gets it', async () => {
    const response = await form({ name: 'Ada', email: newEmail() }, { accept: 'application/json' })
    expect(response.status).toBe(202)
  })
})

describe('links that do not work each say why', () => {
  test.each([
    ['missing', '', /incomplete/],
    ['malformed', '?token=abc', /not valid/],
    ['tampered', `?token=${randomUUID()}.1900000000.${'A'.repeat(43)}`, /not valid/],
  ])('%s', async (_, query, message) => {
    const opened = await open(`${cloud.siteUrl}/api/confirm${query}`)
    expect(opened).toMatchObject({ status: 302, path: '/confirmed.html' })
    expect(opened.message).toMatch(message)
  })

  test('every character of the token counts', async () => {
    const email = newEmail()
    const id = await register(cloud, email)
    const link = linkIn(await verificationMail(cloud, email))
    await cloud.settled()
    for (const at of [0, 10, 37, 45, 60, link.split('token=')[1]?.length ?? 0]) {
      const token = link.split('token=')[1] ?? ''
      const index = Math.min(at, token.length - 1)
      const other = token[index] === 'f' ? 'e' : 'f'
      const { message } = await open(
        `${cloud.siteUrl}/api/confirm?token=${token.slice(0, index)}${other}${token.slice(index + 1)}`,
      )
      expect(message).toMatch(/not valid/)
    }
    expect(await registrationStatus(cloud, id)).toMatchObject({ status: 'PENDING' })
  })
})
