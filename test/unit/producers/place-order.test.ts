import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { httpRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, { USER_POOL_CLIENT_ID: 'client' })
const { handler } = await import('../../../producers/place-order.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const ada = { sub: '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90', email: 'ada@example.com' }
const eve = { sub: '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a91', email: 'eve@example.com' }
const items = [
  { sku: 'A-1', qty: 2 },
  { sku: 'B-2', qty: 3 },
]
interface Call {
  readonly claims?: Readonly<Record<string, string>>
  readonly key?: string
}

async function place(body: unknown, { claims = ada, key }: Call = {}) {
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) }
  const answer = await handler(httpRequest({ method: 'POST', headers, body: JSON.stringify(body), claims }))
  return { ...answer, body: z.record(z.string(), z.unknown()).parse(JSON.parse(answer.body ?? '')) }
}

test('an order is accepted, and says where it will be', async () => {
  const { statusCode, body, headers } = await place({ items })
  expect(statusCode).toBe(202)
  expect(body).toEqual({ orderId: expect.any(String), status: 'PENDING' })
  expect(headers).toMatchObject({ location: `/api/orders/${body.orderId}` })
  expect(emittedEvents(aws)).toMatchObject([
    {
      name: 'OrderPlaced',
      data: {
        orderId: body.orderId,
        userId: ada.sub,
        email: ada.email,
        items,
        amount: 72.47,
        currency: 'USD',
        paymentMethod: 'card_ok',
      },
    },
  ])
})

test('the amount is what the caller takes it for; who they are says the token alone', async () => {
  await place({ items, amount: 40, paymentMethod: 'card_flaky', email: eve.email, userId: eve.sub, currency: 'EUR' })
  const [event] = emittedEvents(aws)
  expect(event?.data).toMatchObject({ amount: 40, paymentMethod: 'card_flaky', email: ada.email, currency: 'USD' })
  expect(event?.data.userId).toBe(ada.sub)
})

test('an access token does not say the address: the user pool does', async () => {
  aws.answer('GetUser', () => ({ body: { UserAttributes: [{ Name: 'email', Value: ada.email }] } }))
  expect((await place({ items }, { claims: { sub: ada.sub } })).statusCode).toBe(202)
  expect(emittedEvents(aws)[0]?.data.email).toBe(ada.email)
})

describe('an Idempotency-Key', () => {
  test('makes it the same order and the same event, for the same caller only', async () => {
    const answers = [
      await place({ items }, { key: 'k' }),
      await place({ items }, { key: 'k' }),
      await place({ items }, { key: 'k', claims: eve }),
      await place({ items }, { key: 'other' }),
    ]
    const [first, again, ...others] = answers.map(({ body }) => body.orderId)
    expect(again).toBe(first)
    expect(new Set([first, ...others]).size).toBe(3)
    const ids = emittedEvents(aws).map(({ metadata }) => metadata.eventId)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })

  test('is needed for that', async () => {
    const [one, other] = [await place({ items }), await place({ items })]
    expect(one.body.orderId).not.toBe(other.body.orderId)
  })
})

test('what is wrong is named, and nothing is emitted', async () => {
  const { statusCode, body } = await place({
    items: [
      { sku: 'A-1', qty: 0 },
      { sku: 'Z-9', qty: 1 },
    ],
    amount: 'much',
  })
  expect(statusCode).toBe(400)
  expect(body.errors).toMatchObject([{ path: 'items.0.qty' }, { path: 'items.1.sku' }, { path: 'amount' }])
  expect(emittedEvents(aws)).toEqual([])
})

test('a bus that fails is a 503, and no order', async () => {
  captureLog()
  aws.answer('PutEvents', () => putEventsReply(['InternalFailure']))
  const { statusCode, headers } = await place({ items })
  expect(statusCode).toBe(503)
  expect(headers).toHaveProperty('retry-after')
})
