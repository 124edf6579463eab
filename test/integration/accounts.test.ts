import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, codeFor, logIn, newAccount, PASSWORD, signUp } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const client = () => clientConfig(cloud.endpoint)
const post = (path: string, body: unknown, token?: string) =>
  call(cloud, 'POST', path, { body, ...(token ? { token } : {}) })

async function item(table: string, userId: string) {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client()))
  return (await documents.send(new GetCommand({ TableName: `ensemble-dev-${table}`, Key: { userId } }))).Item
}

const subjects = async (email: string) => (await cloud.emails(email)).map(({ subject }) => subject)
const mail = (email: string, subject: string | RegExp) =>
  until(async () => {
    const found = (await cloud.emails(email)).find((one) => one.subject.search(subject) >= 0)
    if (!found) throw new Error(`No mail "${subject}" to ${email}, only ${await subjects(email)}`)
    return found
  })

describe('an account', () => {
  test('is signed up for, confirmed by the code in the mail, kept, welcomed and subscribed', async () => {
    const email = newEmail()
    const { userId } = await newAccount(cloud, { email, name: 'Grace Hopper' })
    await cloud.settled()

    expect(await item('users', userId)).toMatchObject({ userId, email, name: 'Grace Hopper' })
    expect(await item('preferences', userId)).toMatchObject({ userId, channel: 'EMAIL' })
    expect(await mail(email, 'Account Created')).toMatchObject({ from: 'no-reply@example.com' })
    await mail(email, /subscription/i)
    const events = (await cloud.events({ name: 'UserConfirmed' })).filter(({ detail }) => detail.data.userId === userId)
    expect(events).toHaveLength(1)
    expect(events[0]?.deliveries.map(({ consumer, outcome }) => `${consumer} ${outcome}`).sort()).toEqual([
      'keep-preferences processed',
      'keep-users processed',
      'send-welcome processed',
      'subscribe-user processed',
    ])
    expect(JSON.stringify(events)).not.toContain(PASSWORD)
  })

  test('can be opened once for an address, however it is written', async () => {
    const email = newEmail()
    await signUp(cloud, email)
    const again = await post('/api/signup', { email: email.toUpperCase(), password: PASSWORD, name: 'Other' })
    expect(again.status).toBe(409)
  })

  test('is not confirmed by a wrong code; another one can be asked for, and then the first is worth nothing', async () => {
    const email = newEmail()
    await signUp(cloud, email)
    const first = await codeFor(cloud, email)
    const wrong = first === '000000' ? '111111' : '000000'
    expect((await post('/api/signup/confirm', { email, code: wrong })).status).toBe(400)
    expect((await post('/api/signup/resend', { email })).status).toBe(200)
    const second = await codeFor(cloud, email, first)
    expect((await post('/api/signup/confirm', { email, code: first })).status).toBe(400)
    expect((await post('/api/signup/confirm', { email, code: second })).status).toBe(200)
  })

  test('is not logged in to before it is confirmed', async () => {
    const email = newEmail()
    await signUp(cloud, email)
    expect((await post('/api/login', { email, password: PASSWORD })).status).toBe(403)
  })

  test('has a way in for its password only, and nobody learns whether there is one', async () => {
    const { email } = await newAccount(cloud)
    const wrong = await post('/api/login', { email, password: `${PASSWORD}!` })
    const unknown = await post('/api/login', { email: newEmail(), password: PASSWORD })
    expect(wrong.status).toBe(401)
    expect(unknown).toMatchObject({ status: 401, body: wrong.body })
    expect((await post('/api/login', { email: email.toUpperCase(), password: PASSWORD })).status).toBe(200)
    const code = { code: '123456' }
    const known = await post('/api/signup/confirm', { email, ...code })
    expect(await post('/api/signup/confirm', { email: newEmail(), ...code })).toMatchObject({
      status: known.status,
      body: known.body,
    })
    const resent = await post('/api/signup/resend', { email })
    expect(await post('/api/signup/resend', { email: newEmail() })).toMatchObject({
      status: resent.status,
      body: resent.body,
    })
  })

  test('whose password is forgotten gets another by a code, and is no news', async () => {
    const { email } = await newAccount(cloud)
    const first = await codeFor(cloud, email)
    expect((await post('/api/password/forgot', { email })).status).toBe(200)
    const code = await codeFor(cloud, email, first)
    const password = 'Correct2horse'
    const wrong = code === '000000' ? '111111' : '000000'
    expect((await post('/api/password/reset', { email, code: wrong, password })).status).toBe(400)
    expect((await post('/api/password/reset', { email, code, password })).status).toBe(200)
    expect((await post('/api/password/reset', { email, code, password })).status).toBe(400)
    expect((await post('/api/login', { email, password: PASSWORD })).status).toBe(401)
    expect((await post('/api/login', { email, password })).status).toBe(200)
    await cloud.settled()
    const events = (await cloud.events({ name: 'UserConfirmed' })).filter(({ detail }) => detail.data.email === email)
    expect(events).toHaveLength(1)
  })

  test('gets new tokens for its refresh token, until that is revoked', async () => {
    const { refreshToken } = await newAccount(cloud)
    const { status, body } = await post('/api/login/refresh', { refreshToken })
    expect(status).toBe(200)
    expect(body).toEqual({ idToken: expect.any(String), accessToken: expect.any(String), expiresIn: 3600 })
    expect((await post('/api/login/refresh', { refreshToken: 'made up' })).status).toBe(401)
    for (const token of [refreshToken, refreshToken, 'made up'])
      expect((await post('/api/logout', { refreshToken: token })).status).toBe(200)
    expect((await post('/api/login/refresh', { refreshToken })).status).toBe(401)
  })
})

test.each(['/api/signup', '/api/signup/resend', '/api/password/forgot', '/api/register'])(
  '%s is answered 429 once an address has been named too often',
  async (path) => {
    const form = { email: newEmail(), password: PASSWORD, name: 'Ada' }
    const answers = await Promise.all(Array.from({ length: 15 }, () => post(path, form)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(10)
  },
)

describe('a protected route', () => {
  test.each([
    ['no token', undefined],
    ['no token at all', 'nonsense'],
    ['a token of nobody', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
  ])('answers %s with 401', async (_, token) => {
    const { status, body } = await call(cloud, 'GET', '/api/me/preferences', token ? { token } : {})
    expect(status).toBe(401)
    expect(body).toEqual({ message: 'Unauthorized' })
  })

  test('takes id and access tokens, and none that was changed', async () => {
    const { idToken, accessToken } = await newAccount(cloud)
    for (const token of [idToken, accessToken])
      expect((await call(cloud, 'GET', '/api/me/preferences', { token })).status).toBe(200)
    const [header, payload = '', signature] = idToken.split('.')
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: randomUUID() }
    const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
    expect((await call(cloud, 'GET', '/api/me/preferences', { token: forged })).status).toBe(401)
  })
})

describe('preferences', () => {
  const preferences = async (token: string) => (await call(cloud, 'GET', '/api/me/preferences', { token })).body
  const choose = (token: string, body: unknown) => call(cloud, 'PUT', '/api/me/preferences', { token, body })

  test('say where notifications go: by mail, by SMS, nowhere', async () => {
    const { idToken: token, email } = await newAccount(cloud)
    await cloud.settled()
    expect(await preferences(token)).toEqual({ channel: 'EMAIL' })

    const phone = `+1415555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`
    expect((await choose(token, { channel: 'SMS', phone })).status).toBe(202)
    await cloud.settled()
    expect(await preferences(token)).toEqual({ channel: 'SMS', phone })
    expect((await cloud.emails(phone)).map(({ text }) => text)).toEqual([expect.stringContaining('notified')])

    const before = await subjects(email)
    expect((await choose(token, { channel: 'NONE' })).status).toBe(202)
    await cloud.settled()
    expect(await preferences(token)).toEqual({ channel: 'NONE' })
    expect(await subjects(email)).toEqual(before)
  })

  test('are not taken with what is wrong', async () => {
    const { idToken: token } = await newAccount(cloud)
    expect((await choose(token, { channel: 'SMS' })).status).toBe(400)
    expect((await choose(token, { channel: 'SMS', phone: '0123' })).status).toBe(400)
  })
})

test("a message to one user's topic reaches that user, once they said yes, and nobody else", async () => {
  const [ada, bob] = [await newAccount(cloud), await newAccount(cloud)]
  for (const { email } of [ada, bob]) {
    const { text } = await mail(email, /subscription/i)
    const link = /https?:\/\/\S+/.exec(text)?.[0] ?? ''
    expect((await fetch(link)).status).toBe(200)
  }
  await new SNSClient(client()).send(
    new PublishCommand({
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:ensemble-dev-notifications',
      Subject: 'For Ada alone',
      Message: 'Hello Ada',
      MessageAttributes: { userId: { DataType: 'String', StringValue: ada.userId } },
    }),
  )
  expect(await mail(ada.email, 'For Ada alone')).toMatchObject({ text: expect.stringContaining('Hello Ada') })
  expect(await subjects(bob.email)).not.toContain('For Ada alone')
})

describe('a profile', () => {
  test('is kept; its owner sees all of it, others the name; the first is announced and welcomed', async () => {
    const [ada, bob] = [await newAccount(cloud), await newAccount(cloud)]
    // With the access token: it does not say the address.
    const submitted = await post('/api/profiles', { name: 'Ada L.' }, ada.accessToken)
    expect(submitted).toMatchObject({
      status: 202,
      body: { profile: { userId: ada.userId, name: 'Ada L.', email: ada.email } },
    })
    await cloud.settled()
    await post('/api/profiles', { name: 'Ada Lovelace' }, ada.idToken)
    await cloud.settled()
    const see = async (token: string) => (await call(cloud, 'GET', `/api/profiles/${ada.userId}`, { token })).body
    expect(await see(ada.idToken)).toEqual({ userId: ada.userId, name: 'Ada Lovelace', email: ada.email })
    expect(await see(bob.idToken)).toEqual({ userId: ada.userId, name: 'Ada Lovelace' })

    const created = await until(async () => {
      const events = (await cloud.events({ name: 'ProfileCreated' })).filter(
        ({ detail }) => detail.data.userId === ada.userId,
      )
      if (events.length === 0) throw new Error('No ProfileCreated yet')
      return events
    })
    expect(created.map(({ detail }) => detail.data)).toEqual([{ userId: ada.userId, name: 'Ada L.' }])
  })

  test('of nobody is not there', async () => {
    const { idToken: token } = await newAccount(cloud)
    expect((await call(cloud, 'GET', `/api/profiles/${randomUUID()}`, { token })).status).toBe(404)
  })
})

test('everything is there after a restart', async () => {
  const { email, userId, idToken } = await newAccount(cloud)
  await cloud.settled()
  await cloud.kill()
  cloud = await startCloud(stateDir)
  await logIn(cloud, email)
  expect((await call(cloud, 'GET', '/api/me/preferences', { token: idToken })).status).toBe(200)
  expect(await item('users', userId)).toMatchObject({ email })
})
