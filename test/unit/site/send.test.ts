import { afterEach, expect, test, vi } from 'vitest'
import { send } from '../../../producers/site/registration/send.ts'

const registrationId = '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17'
const form = { name: 'Ada', email: 'ada@example.com' }

afterEach(() => vi.unstubAllGlobals())

test('sends JSON under the key of the attempt', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ registrationId }, { status: 202 }))
  vi.stubGlobal('fetch', fetch)
  expect(await send(form, 'key-1')).toEqual({ registrationId })
  const [path, request] = fetch.mock.calls[0] ?? []
  expect(path).toBe('/api/register')
  expect(request).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    body: JSON.stringify(form),
  })
})

test.each([
  [202, '<html>'],
  [200, { registrationId }],
  [500, {}],
])('%i with %o is no success', async (status, body) => {
  vi.stubGlobal('fetch', async () => Response.json(body, { status }))
  expect(await send(form, 'key-1')).toMatchObject({ trouble: { title: 'That did not work' } })
})

test('a lost connection is an outcome, not an exception', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  expect(await send(form, 'key-1')).toMatchObject({ trouble: { title: 'We could not reach the server' } })
})
