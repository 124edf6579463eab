import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf } from '../../../schemas/event.ts'
import { EmailVerified, RegistrationConfirmed, RegistrationRequested } from '../../../schemas/registrations.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import {
  envelope,
  httpRequest,
  lambdaContext,
  setFunctionEnvironment,
  sqsBatch,
} from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const [aws, dynamoDb] = await Promise.all([
  startAwsEndpoint(),
  startDynamoDbLocal({ registrations: 'registrationId', idempotency: 'id' }),
])
setFunctionEnvironment(aws.url, { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url, CONSUMER: 'keep-registrations' })
const { handler } = await import('../../../consumers/keep-registrations/handler.ts')
const { handler: getRegistration } = await import('../../../consumers/keep-registrations/get-registration.ts')
beforeEach(() => {
  aws.reset()
  captureLog()
})
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' }
const verifiedAt = '2027-01-15T09:00:00.000Z'
const later = () => Math.floor(Date.now() / 1000) + 3600

type Fact = 'requested' | 'verified'
/** The two facts about a new registration, as messages; each call makes other events of the same facts. */
function facts(expiresAt = later()) {
  const registrationId = randomUUID()
  const message = (fact: Fact): object =>
    fact === 'requested'
      ? envelope(RegistrationRequested, { data: { registrationId, ...ada, expiresAt } })
      : envelope(EmailVerified, { data: { registrationId }, occurredAt: verifiedAt })
  return { registrationId, message, confirmed: { registrationId, ...ada, confirmedAt: verifiedAt } }
}

/** Delivers one message; answers whether it is to be retried. */
async function deliver(message: object): Promise<boolean> {
  const { batchItemFailures } = await handler(sqsBatch(message), lambdaContext)
  return batchItemFailures.length > 0
}

const recordOf = async (id: string) =>
  (await dynamoDb.scan('registrations')).find(({ registrationId }) => registrationId === id)

const Put = z.object({
  Entries: z.array(z.object({ DetailType: z.literal('RegistrationConfirmed'), Detail: z.string() })),
})
const announced = () =>
  aws
    .calls('PutEvents')
    .flatMap((input) => Put.parse(input).Entries)
    .map(({ Detail }) => detailOf(RegistrationConfirmed).parse(JSON.parse(Detail)))

test('a registration that was requested is kept until its link expires', async () => {
  const expiresAt = later()
  const { registrationId, message } = facts(expiresAt)
  await deliver(message('requested'))
  expect(await recordOf(registrationId)).toEqual({ status: 'PENDING', registrationId, ...ada, expiresAt })
  expect(announced()).toEqual([])
})

test('a verification that comes first leaves a trace for as long as a message may wait', async () => {
  const { registrationId, message } = facts()
  await deliver(message('verified'))
  const record = await recordOf(registrationId)
  expect(record).toEqual({ status: 'EARLY', registrationId, verifiedAt, expiresAt: expect.any(Number) })
  expect(Number(record?.expiresAt) - Date.now() / 1000).toBeGreaterThan(13 * 86_400)
  expect(announced()).toEqual([])
})

describe('both facts make a confirmed registration, announced under one id', () => {
  test.each<[Fact[]]>([
    [['requested', 'verified']],
    [['verified', 'requested']],
    [['requested', 'requested', 'verified', 'verified']],
    [['verified', 'verified', 'requested', 'requested']],
    [['requested', 'verified', 'requested', 'verified']],
    [['verified', 'requested', 'verified', 'requested']],
  ])('%j', async (order) => {
    const { registrationId, message, confirmed } = facts()
    for (const fact of order) expect(await deliver(message(fact))).toBe(false)
    expect(await recordOf(registrationId)).toEqual({ status: 'CONFIRMED', ...confirmed })
    const events = announced()
    expect(events[0]).toMatchObject({ data: confirmed })
    expect(new Set(events.map(({ metadata }) => metadata.eventId)).size).toBe(1)
  })

  test('delivered together', async () => {
    const all = Array.from({ length: 10 }, () => facts())
    const batches = all.map(({ message }, index) => {
      const pair = [message('requested'), message('verified')]
      return sqsBatch(...(index % 2 ? pair : pair.reverse()))
    })
    for (const { batchItemFailures } of await Promise.all(batches.map((batch) => handler(batch, lambdaContext)))) {
      expect(batchItemFailures).toEqual([])
    }
    for (const { registrationId, confirmed } of all) {
      expect(await recordOf(registrationId)).toEqual({ status: 'CONFIRMED', ...confirmed })
    }
    const ids = new Set(
      announced().map(({ data }) => z.object({ registrationId: z.string() }).loose().parse(data).registrationId),
    )
    expect(ids).toEqual(new Set(all.map(({ registrationId }) => registrationId)))
  })
})

describe('a failure between writing and announcing is made good by the retry', () => {
  test.each<[Fact, Fact]>([
    ['requested', 'verified'],
    ['verified', 'requested'],
  ])('%s, then %s', async (first, second) => {
    const { registrationId, message, confirmed } = facts()
    await deliver(message(first))
    aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
    const last = message(second)
    expect(await deliver(last)).toBe(true)
    expect(await recordOf(registrationId)).toMatchObject({ status: 'CONFIRMED' })

    aws.reset()
    expect(await deliver(last)).toBe(false)
    expect(announced()).toMatchObject([{ data: confirmed }])
    expect(await recordOf(registrationId)).toEqual({ status: 'CONFIRMED', ...confirmed })
  })
})

test('a registration that is confirmed does not expire, nor change, when it is requested again', async () => {
  const { registrationId, message, confirmed } = facts()
  for (const fact of ['requested', 'verified'] as const) await deliver(message(fact))
  await deliver(
    envelope(RegistrationRequested, {
      data: { registrationId, name: 'Eve', email: 'eve@example.com', expiresAt: later() },
    }),
  )
  expect(await recordOf(registrationId)).toEqual({ status: 'CONFIRMED', ...confirmed })
})

describe('GET /api/registrations/{id}', () => {
  const get = async (id: string) => {
    const { statusCode, body = '' } = await getRegistration(
      httpRequest({ path: `/api/registrations/${id}`, pathParameters: { id } }),
    )
    return { statusCode, body: z.record(z.string(), z.unknown()).parse(JSON.parse(body)) }
  }

  test('tells how far a registration is, and neither name nor address', async () => {
    const { registrationId, message } = facts()
    await deliver(message('requested'))
    expect(await get(registrationId)).toEqual({ statusCode: 200, body: { registrationId, status: 'PENDING' } })
    await deliver(message('verified'))
    expect(await get(registrationId)).toEqual({
      statusCode: 200,
      body: { registrationId, status: 'CONFIRMED', confirmedAt: verifiedAt },
    })
  })

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['is not there', async () => {}],
    [
      'was verified but never requested',
      (id) => dynamoDb.put('registrations', { status: 'EARLY', registrationId: id, verifiedAt, expiresAt: later() }),
    ],
    [
      'has expired but is not yet deleted',
      (id) =>
        dynamoDb.put('registrations', { status: 'PENDING', registrationId: id, ...ada, expiresAt: later() - 3600 }),
    ],
  ])('is 404 for one that %s', async (_, put) => {
    const id = randomUUID()
    await put(id)
    expect(await get(id)).toMatchObject({ statusCode: 404, body: { detail: 'There is no such registration' } })
  })

  test.each([
    ['nothing', ''],
    ['no UUID', 'hello'],
    ['longer than a key may be', 'x'.repeat(3000)],
  ])('is 404 for an id that is %s', async (_, id) => {
    expect((await get(id)).statusCode).toBe(404)
  })

  test('is 503 for a record that breaks its schema', async () => {
    const id = randomUUID()
    await dynamoDb.put('registrations', { registrationId: id, status: 'LOST' })
    expect((await get(id)).statusCode).toBe(503)
  })
})
