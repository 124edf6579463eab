import { afterEach, expect, test, vi } from 'vitest'
import { outcomeOf, send } from '../../../producers/site/registration/send.ts'

const registrationId = '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17'
const attempt = { form: { name: 'Ada', email: 'ada@example.com' }, idempotencyKey: 'key-1' }
const problem = (status: number, more: object = {}) => ({
  type: 'about:blank',
  title: 'Oh',
  status,
  detail: 'The reason',
  ...more,
})

afterEach(() => vi.unstubAllGlobals())

test('accepted', () => {
  expect(outcomeOf(202, { registrationId, message: 'Check your inbox' })).toEqual({ kind: 'accepted', registrationId })
})

test('a 202 that is not ours is no success', () => {
  expect(outcomeOf(202, '<html>')).toMatchObject({ kind: 'trouble' })
})

test('wrong fields', () => {
  const errors = [{ path: 'email', message: 'Required' }]
  expect(outcomeOf(400, problem(400, { errors }))).toEqual({ kind: 'invalid', errors: { email: 'Required' } })
})

test('a problem that is about no field is told in its own words', () => {
  const errors = [{ path: 'Idempotency-Key', message: 'Bad' }]
  expect(outcomeOf(400, problem(400, { errors }))).toMatchObject({ kind: 'trouble', trouble: { text: 'The reason' } })
})

test('a failure of the server is not', () => {
  expect(outcomeOf(500, problem(500))).toMatchObject({ trouble: { text: expect.not.stringContaining('The reason') } })
  expect(outcomeOf(502, undefined)).toMatchObject({ kind: 'trouble' })
})

test.each([
  [429, null, 'in a moment'],
  [503, '5', 'in 5 seconds'],
  [503, '1', 'in a second'],
  [503, '0', 'in a moment'],
  [503, 'Wed, 21 Oct 2026 07:28:00 GMT', 'in a moment'],
])('%i with retry-after %s asks to try again %s', (status, retryAfter, when) => {
  expect(outcomeOf(status, undefined, retryAfter)).toMatchObject({
    kind: 'trouble',
    trouble: { title: 'We are busy right now', text: expect.stringContaining(`try again ${when}.`) },
  })
})

test('sends JSON under the key of the attempt', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ registrationId }, { status: 202 }))
  vi.stubGlobal('fetch', fetch)
  expect(await send(attempt)).toEqual({ kind: 'accepted', registrationId })
  const [path, request] = fetch.mock.calls[0] ?? []
  expect(path).toBe('/api/register')
  expect(request).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    body: JSON.stringify(attempt.form),
  })
})

test('a lost connection is an outcome, not an exception', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  expect(await send(attempt)).toMatchObject({
    kind: 'trouble',
    trouble: { title: 'We could not reach the server' },
  })
})
