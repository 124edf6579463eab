import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf } from '../../../schemas/event.ts'
import { RegistrationRequested } from '../../../schemas/registrations.ts'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { formRequest, jsonRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, { REGISTRATION_TTL_SECONDS: '3600' })
const { handler } = await import('../../../producers/register.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' }
const Put = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })
const Accepted = z.strictObject({ registrationId: z.uuid(), message: z.string() })

/** The events put so far. */
const emitted = () =>
  aws
    .calls('PutEvents')
    .flatMap((input) => Put.parse(input).Entries)
    .map(({ Detail }) => detailOf(RegistrationRequested).parse(JSON.parse(Detail)))
const accepted = (body = '') => Accepted.parse(JSON.parse(body))

test('a registration is put on the bus before it is accepted', async () => {
  const { statusCode, body, headers } = await handler(jsonRequest(ada, { 'x-correlation-id': 'trace' }))
  expect(statusCode).toBe(202)
  expect(headers).toEqual({ 'content-type': 'application/json', 'x-correlation-id': 'trace' })
  const { registrationId, message } = accepted(body)
  expect(message).toBe('Please check your inbox: we have sent you a link to verify your address.')
  const [event, ...more] = emitted()
  expect(more).toEqual([])
  expect(event).toMatchObject({ metadata: { correlationId: 'trace' }, data: { ...ada, registrationId } })
  const seconds = RegistrationRequested.data.parse(event?.data).expiresAt - Date.now() / 1000
  expect(seconds).toBeGreaterThan(3590)
  expect(seconds).toBeLessThanOrEqual(3600)
})

test('a form posted by a browser leads to the page that says so', async () => {
  const { statusCode, headers } = await handler(formRequest('name=Ada+Lovelace&email=ada%40example.com'))
  expect(statusCode).toBe(303)
  expect(headers).toMatchObject({ location: '/check-inbox.html' })
  expect(emitted()).toMatchObject([{ data: ada }])
})

describe('an Idempotency-Key', () => {
  const idWith = async (key?: string) =>
    accepted((await handler(jsonRequest(ada, key ? { 'idempotency-key': key } : {}))).body).registrationId

  test('gives the same registration and the same event again', async () => {
    expect(await idWith('key')).toBe(await idWith('key'))
    const [first, second] = emitted()
    expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
  })

  test('is of one address: with another it is another registration, and can never lead to this one', async () => {
    const headers = { 'idempotency-key': 'key' }
    const { body } = await handler(jsonRequest({ ...ada, email: 'eve@example.com' }, headers))
    expect(accepted(body).registrationId).not.toBe(await idWith('key'))
  })

  test('that differs, or is not there, gives another', async () => {
    const ids = [await idWith('key'), await idWith('yek'), await idWith(), await idWith()]
    expect(new Set(ids).size).toBe(4)
    expect(new Set(emitted().map(({ metadata }) => metadata.eventId)).size).toBe(4)
  })
})

test.each([
  ['a wrong field', jsonRequest({ ...ada, email: 'nobody' }), 400],
  ['two addresses', jsonRequest({ ...ada, email: 'a@b.co, c@d.co' }), 400],
  ['a header injected', jsonRequest({ ...ada, name: 'Ada\r\nBcc: all@example.com' }), 400],
  ['a wrong form', formRequest('name=&email=ada%40example.com'), 400],
  ['no JSON', { ...jsonRequest(ada), body: '{' }, 400],
])('%s puts nothing on the bus', async (_, request, status) => {
  expect((await handler(request)).statusCode).toBe(status)
  expect(emitted()).toEqual([])
})

test.each([
  ['does not answer', { status: 500, body: { __type: 'InternalException', message: 'ada@example.com' } }],
  ['refuses the event', putEventsReply(['ThrottlingException'])],
])('nothing is accepted while the bus %s, and the log names nobody', async (_, reply) => {
  const log = captureLog()
  aws.answer('PutEvents', () => reply)
  const { statusCode, headers, body } = await handler(jsonRequest(ada))
  expect(statusCode).toBe(503)
  expect(headers).toMatchObject({ 'retry-after': '5', 'content-type': 'application/problem+json' })
  expect(body).not.toMatch(/Exception|ada@/)
  expect(log()).toContain('"failed"')
  expect(log()).not.toMatch(/ada@example\.com|Lovelace/)
})
