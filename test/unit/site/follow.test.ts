import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from '../../../producers/site/registration/follow.ts'

const registrationId = '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17'
const MINUTE = 60_000

type Answer = 'PENDING' | 'CONFIRMED' | 'MISSING' | 'BROKEN'
/** The n-th look gets the n-th answer, every further one the last. */
function server(...answers: readonly Answer[]) {
  const left = [...answers]
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    const status = left.length > 1 ? left.shift() : left[0]
    if (status === 'BROKEN') throw new TypeError('Failed to fetch')
    if (status === 'MISSING') return new Response('{}', { status: 404 })
    return Response.json({ registrationId, status })
  })
  vi.stubGlobal('fetch', fetch)
  return fetch
}

let watch = new AbortController()
const start = (isVisible = () => true) => {
  const end = vi.fn()
  follow(registrationId, watch.signal, isVisible).then(end)
  return end
}

beforeEach(() => {
  vi.useFakeTimers()
  watch = new AbortController()
})
afterEach(() => {
  watch.abort()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('asks until the registration is confirmed', async () => {
  const fetch = server('PENDING', 'BROKEN', 'PENDING', 'CONFIRMED')
  const end = start()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith('confirmed')
  expect(fetch).toHaveBeenCalledTimes(4)
  expect(fetch.mock.calls[0]?.[0]).toBe(`/api/registrations/${registrationId}`)
})

test('bears with a record that is not written yet', async () => {
  server('MISSING', 'MISSING', 'PENDING', 'CONFIRMED')
  const end = start()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith('confirmed')
})

test('stops when a record it has seen is gone', async () => {
  const fetch = server('PENDING', 'MISSING')
  const end = start()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith('gone')
  expect(fetch).toHaveBeenCalledTimes(2)
})

test('stops when no record ever appears', async () => {
  const fetch = server('MISSING')
  const end = start()
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith('unknown')
  expect(fetch.mock.calls.length).toBeLessThan(15)
})

test('stops after ten minutes', async () => {
  server('PENDING')
  const end = start()
  await vi.advanceTimersByTimeAsync(9 * MINUTE)
  expect(end).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2 * MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith('unknown')
})

test('asks nothing while nobody looks', async () => {
  const fetch = server('CONFIRMED')
  let isVisible = false
  const end = start(() => isVisible)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(fetch).not.toHaveBeenCalled()
  isVisible = true
  await vi.advanceTimersByTimeAsync(5_000)
  expect(end).toHaveBeenCalledExactlyOnceWith('confirmed')
})

test('asks no more once it is given up', async () => {
  const fetch = server('PENDING')
  const end = start()
  await vi.advanceTimersByTimeAsync(5_000)
  watch.abort()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledTimes(1)
  expect(fetch).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})
