import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { HttpError } from '../../../infra/runtime/answers.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'

const dynamoDb = await startDynamoDbLocal({ 'rate-limits': 'id' })
setFunctionEnvironment(dynamoDb.url)
const { limitRate } = await import('../../../infra/runtime/rate-limit.ts')
afterAll(() => dynamoDb.stop())
// The clock stands, so that no window ends in the middle of a test.
vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-15T08:20:00Z') })

/** A call like no other, but for what is given. */
const call = (given: Partial<Parameters<typeof limitRate>[0]> = {}) =>
  limitRate({
    action: 'register',
    email: `${randomUUID()}@example.com`,
    client: `2001:db8::${randomUUID().slice(0, 4)}`,
    id: randomUUID(),
    ...given,
  })

/** How many of so many calls at once are let through, and what the others are told. */
async function atOnce(count: number, given: Parameters<typeof call>[0]) {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => call(given)))
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  return { taken: count - refused.length, refused }
}

describe('an address', () => {
  test('is taken ten times an hour, however many come at once, and told when to come back', async () => {
    const { taken, refused } = await atOnce(30, { email: 'ada@example.com' })
    expect(taken).toBe(10)
    const [error] = refused
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ status: 429, message: 'Too many attempts; please try again later' })
    expect(error.retryAfterSeconds).toBe(40 * 60)
  })

  test('is the same however it is written', async () => {
    await atOnce(10, { email: 'grace@example.com' })
    await expect(call({ email: 'Grace@Example.com' })).rejects.toThrow(HttpError)
  })

  test('has a count for each thing that is done to it', async () => {
    await atOnce(10, { email: 'hedy@example.com' })
    await expect(call({ email: 'hedy@example.com', action: 'signup' })).resolves.toBeUndefined()
  })

  test('is not counted again for a call made again, not even when it is full', async () => {
    const email = 'again@example.com'
    const again = await atOnce(30, { email, id: 'the same' })
    expect(again.taken).toBe(30)
    expect((await atOnce(30, { email })).taken).toBe(9)
    await expect(call({ email, id: 'the same' })).resolves.toBeUndefined()
  })
})

describe('a client', () => {
  test('is taken a hundred times in ten minutes, whatever the addresses', async () => {
    expect((await atOnce(120, { client: '198.51.100.7' })).taken).toBe(100)
    await expect(call({ client: '198.51.100.8' })).resolves.toBeUndefined()
  })

  test('that is this machine is not counted', async () => {
    for (const client of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect((await atOnce(101, { client })).taken).toBe(101)
  })
})

test('the table names nobody, and forgets', async () => {
  await call({ email: 'secret@example.com', client: '203.0.113.99' })
  const items = await dynamoDb.scan('rate-limits')
  expect(JSON.stringify(items)).not.toMatch(/secret|example\.com|203\.0/)
  const ends = ['2027-01-15T09:00:00Z', '2027-01-15T08:30:00Z'].map((end) => Date.parse(end) / 1000)
  for (const { expiresAt } of items) expect(ends).toContain(expiresAt)
})
