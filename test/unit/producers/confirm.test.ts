import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf } from '../../../schemas/event.ts'
import { EmailVerified } from '../../../schemas/registrations.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { httpRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const [aws, dynamoDb] = await Promise.all([startAwsEndpoint(), startDynamoDbLocal({ registrations: 'registrationId' })])
setFunctionEnvironment(aws.url, { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url })
const { handler } = await import('../../../producers/confirm.ts')
const { sign } = await import('../../../infra/runtime/verification-link.ts')
beforeEach(aws.reset)
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

const KEY = 'the key of these tests'
const later = () => Math.floor(Date.now() / 1000) + 3600
const ada = { name: 'Ada', email: 'ada@example.com' }

/** Opens a link; answers where it leads and what that page is to say. */
async function open(query: Record<string, string>) {
  const { statusCode, headers = {}, body } = await handler(httpRequest({ path: '/api/confirm', query }))
  const to = new URL(String(headers.location), 'https://site')
  expect(body).toBe('')
  expect(headers['cache-control']).toBe('no-store')
  return { statusCode, path: to.pathname, host: to.host, message: to.searchParams.get('msg') }
}
const page = (message: string | null) => ({ statusCode: 302, path: '/confirmed.html', host: 'site', message })

const Put = z.object({ Entries: z.array(z.object({ Detail: z.string() })) })

/** The events put so far. */
const emitted = () =>
  aws
    .calls('PutEvents')
    .flatMap((input) => Put.parse(input).Entries)
    .map(({ Detail }) => detailOf(EmailVerified).parse(JSON.parse(Detail)))
const verifiedEvent = (registrationId: string) => expect.objectContaining({ data: { registrationId } })

test('the link verifies a registration that waits for it', async () => {
  const registrationId = randomUUID()
  await dynamoDb.put('registrations', { status: 'PENDING', registrationId, ...ada, expiresAt: later() })
  expect(await open({ token: sign({ registrationId, expiresAt: later() }, KEY) })).toEqual(page(null))
  expect(emitted()).toEqual([verifiedEvent(registrationId)])
})

test('two clicks at once are one event', async () => {
  const registrationId = randomUUID()
  await dynamoDb.put('registrations', { status: 'PENDING', registrationId, ...ada, expiresAt: later() })
  const token = sign({ registrationId, expiresAt: later() }, KEY)
  await Promise.all([open({ token }), open({ token })])
  const ids = emitted().map(({ metadata }) => metadata.eventId)
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})

test('a second click is told that there is nothing left to do', async () => {
  const registrationId = randomUUID()
  await dynamoDb.put('registrations', {
    status: 'CONFIRMED',
    registrationId,
    ...ada,
    confirmedAt: new Date().toISOString(),
  })
  expect(await open({ token: sign({ registrationId, expiresAt: later() }, KEY) })).toEqual(
    page('This address is already verified. There is nothing left to do.'),
  )
  expect(emitted()).toEqual([])
})

test.each([
  ['is not kept yet', undefined],
  ['was verified before it was kept', 'EARLY'],
])('a registration that %s is verified all the same, and the page says what may be', async (_, status) => {
  const registrationId = randomUUID()
  if (status) {
    const verifiedAt = new Date().toISOString()
    await dynamoDb.put('registrations', { status, registrationId, verifiedAt, expiresAt: later() })
  }
  const { message, ...rest } = await open({ token: sign({ registrationId, expiresAt: later() }, KEY) })
  expect({ ...rest, message: null }).toEqual(page(null))
  expect(message).toContain('We do not know this registration yet.')
  expect(emitted()).toEqual([verifiedEvent(registrationId)])
})

const signed = (expiresAt: number, key = KEY) => sign({ registrationId: randomUUID(), expiresAt }, key)
test.each([
  ['missing', {}, 'This link is incomplete. Please copy the whole link from the mail.'],
  ['empty', { token: '' }, 'This link is incomplete. Please copy the whole link from the mail.'],
  ['malformed', { token: 'hello' }, 'This link is not valid. Please use the link from the mail as it is.'],
  [
    'cut off',
    { token: signed(later()).slice(0, -1) },
    'This link is not valid. Please use the link from the mail as it is.',
  ],
  [
    'signed by somebody else',
    { token: signed(later(), 'x') },
    'This link is not valid. Please use the link from the mail as it is.',
  ],
  ['expired', { token: signed(later() - 3601) }, 'This link has expired. Please register again.'],
  ['much too long', { token: 'x'.repeat(513) }, 'This link is not valid. Please use the link from the mail as it is.'],
])(
  'a link that is %s leads to a page that says so, and verifies nothing',
  async (_, query: Record<string, string>, message) => {
    expect(await open(query)).toEqual(page(message))
    expect(emitted()).toEqual([])
  },
)

test('nothing is said to be verified while the bus does not answer', async () => {
  captureLog()
  aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
  const registrationId = randomUUID()
  await dynamoDb.put('registrations', { status: 'PENDING', registrationId, ...ada, expiresAt: later() })
  const token = sign({ registrationId, expiresAt: later() }, KEY)
  const { statusCode, headers } = await handler(httpRequest({ path: '/api/confirm', query: { token } }))
  expect(statusCode).toBe(503)
  expect(headers).toMatchObject({ 'retry-after': '5' })
  const accept = 'text/html,*/*;q=0.8'
  const page = await handler(httpRequest({ path: '/api/confirm', query: { token }, headers: { accept } }))
  expect([page.statusCode, page.headers?.['content-type']]).toEqual([503, 'text/html; charset=utf-8'])
})
