import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settle } from '../../../producers/site/account/settle.ts'

const MINUTE = 60_000

/** The n-th look sees the n-th status, every further one the last. */
const looks = (...statuses: readonly number[]) => {
  const left = [...statuses]
  return vi.fn(async () => ({ status: (left.length > 1 ? left.shift() : left[0]) ?? 0 }))
}

const start = (look: ReturnType<typeof looks>) => {
  const end = vi.fn()
  settle(look, ({ status }) => status === 200).then(end)
  return end
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('looks until the change is there', async () => {
  const look = looks(404, 503, 0, 200)
  const end = start(look)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith(true)
  expect(look).toHaveBeenCalledTimes(4)
})

test('gives up after half a minute, having looked ever more seldom', async () => {
  const look = looks(404)
  const end = start(look)
  await vi.advanceTimersByTimeAsync(25_000)
  expect(end).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith(false)
  expect(look.mock.calls.length).toBeLessThan(20)
})

test('looks no more once nobody is logged in', async () => {
  const look = looks(404, 401)
  const end = start(look)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(end).toHaveBeenCalledExactlyOnceWith(false)
  expect(look).toHaveBeenCalledTimes(2)
})
