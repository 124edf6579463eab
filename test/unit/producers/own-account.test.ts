import { afterAll, beforeEach, expect, test } from 'vitest'
import { PreferencesChanged } from '../../../schemas/accounts.ts'
import { ProfileSubmitted } from '../../../schemas/profiles.ts'
import { Problem } from '../../../schemas/service.ts'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { httpRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

// What somebody who is logged in tells of themselves.

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, { USER_POOL_CLIENT_ID: 'client' })
const { handler: changePreferences } = await import('../../../producers/change-preferences.ts')
const { handler: submitProfile } = await import('../../../producers/submit-profile.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const userId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'
const email = 'ada@example.com'
const attributes = [
  { Name: 'sub', Value: userId },
  { Name: 'email', Value: email },
]

const asUser = (claims: Readonly<Record<string, string>>, body: unknown) =>
  httpRequest({
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer the-token', 'idempotency-key': 'key' },
    body: JSON.stringify(body),
    claims,
  })

test('a user chooses how to be notified, once for each key', async () => {
  const request = asUser({ sub: userId }, { channel: 'SMS', phone: '+14155550123' })
  expect((await changePreferences(request)).statusCode).toBe(202)
  await changePreferences(request)
  const [first, second] = emittedEvents(aws)
  expect(first).toMatchObject({
    name: PreferencesChanged.name,
    data: { userId, channel: 'SMS', phone: '+14155550123' },
  })
  expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
})

test.each([
  [{ channel: 'SMS' }, 'phone'],
  [{ channel: 'SMS', phone: '4155550123' }, 'phone'],
  [{ channel: 'PIGEON' }, 'channel'],
  [{}, 'channel'],
])('a user is told what is wrong with %j', async (body, path) => {
  const answer = await changePreferences(asUser({ sub: userId }, body))
  expect(answer.statusCode).toBe(400)
  expect(Problem.parse(JSON.parse(answer.body ?? '')).errors).toMatchObject([{ path }])
  expect(emittedEvents(aws)).toEqual([])
})

test('a profile has the address of the token, whatever the body says', async () => {
  const { statusCode, body = '' } = await submitProfile(
    asUser({ sub: userId, email }, { name: 'Ada', email: 'other@example.com', userId: 'other' }),
  )
  expect(statusCode).toBe(202)
  const profile = { userId, name: 'Ada', email }
  expect(JSON.parse(body)).toMatchObject({ profile })
  expect(emittedEvents(aws)).toMatchObject([{ name: ProfileSubmitted.name, data: profile }])
})

test('a profile has an address also with an access token, which does not say it', async () => {
  aws.answer('GetUser', () => ({ body: { Username: userId, UserAttributes: attributes } }))
  const { statusCode } = await submitProfile(asUser({ sub: userId }, { name: 'Ada' }))
  expect(statusCode).toBe(202)
  expect(aws.calls('GetUser')).toEqual([{ AccessToken: 'the-token' }])
  expect(emittedEvents(aws)).toMatchObject([{ data: { email } }])
})

test.each(['NotAuthorizedException', 'UserNotFoundException'])(
  'a user is to log in again when Cognito says %s of an access token that the gateway took',
  async (error) => {
    aws.answer('GetUser', () => ({ status: 400, body: { __type: error } }))
    expect((await submitProfile(asUser({ sub: userId }, { name: 'Ada' }))).statusCode).toBe(401)
    expect(emittedEvents(aws)).toEqual([])
  },
)

test('a profile is not accepted while the bus refuses', async () => {
  captureLog()
  aws.answer('PutEvents', () => putEventsReply(['ThrottlingException']))
  const { statusCode } = await submitProfile(asUser({ sub: userId, email }, { name: 'Ada' }))
  expect(statusCode).toBe(503)
})

test('whoever has no token must log in', async () => {
  expect((await submitProfile(asUser({}, { name: 'Ada' }))).statusCode).toBe(401)
})
