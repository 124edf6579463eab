import { afterEach, expect, test, vi } from 'vitest'
import { call } from '../../../producers/site/api/call.ts'

const get = { method: 'GET', path: '/api/profiles/{id}' } as const
const put = { method: 'PUT', path: '/api/me/preferences' } as const

const stubFetch = (answer: () => Promise<Response>) => {
  const fetch = vi.fn<typeof globalThis.fetch>(answer)
  vi.stubGlobal('fetch', fetch)
  return fetch
}

afterEach(() => vi.unstubAllGlobals())

test('sends JSON, whose it is, and under which key', async () => {
  const fetch = stubFetch(async () => Response.json({ message: 'Saved' }, { status: 202 }))
  const answer = await call(put, { body: { channel: 'NONE' }, token: 't', idempotencyKey: 'k' })
  expect(answer).toEqual({ status: 202, body: { message: 'Saved' }, retryAfter: undefined })
  expect(fetch.mock.calls[0]?.[0]).toBe('/api/me/preferences')
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer t', 'idempotency-key': 'k' },
    body: '{"channel":"NONE"}',
  })
})

test('says nothing of what it does not have, and takes no answer from a cache', async () => {
  const fetch = stubFetch(async () => Response.json({}))
  await call(get, { params: { id: 'a/b' }, query: { cursor: 'c&d' } })
  expect(fetch.mock.calls[0]?.[0]).toBe('/api/profiles/a%2Fb?cursor=c%26d')
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({ headers: { accept: 'application/json' }, cache: 'no-store' })
})

test('tells when to come back, and bears with an answer that is no JSON', async () => {
  stubFetch(async () => new Response('<html>', { status: 503, headers: { 'retry-after': '5' } }))
  expect(await call(get)).toEqual({ status: 503, body: undefined, retryAfter: '5' })
})

test('a lost connection is an answer, not an exception', async () => {
  stubFetch(() => Promise.reject(new TypeError('Failed to fetch')))
  expect(await call(get)).toEqual({ status: 0 })
})
