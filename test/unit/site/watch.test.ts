import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watch } from '../../../producers/site/meetups/watch.ts'

const MINUTE = 60_000

class Page extends EventTarget {
  visibilityState = 'visible'
  show(state: 'visible' | 'hidden'): void {
    this.visibilityState = state
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

let page = new Page()
let end = new AbortController()
beforeEach(() => {
  vi.useFakeTimers()
  page = new Page()
  vi.stubGlobal('document', page)
  end = new AbortController()
})
afterEach(() => {
  end.abort()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Watches what `attending` says at each look. */
function start() {
  const seen = { attending: 0 }
  const look = vi.fn(async () => ({ status: 200, body: { ...seen } }))
  const onChange = vi.fn()
  void watch(look, onChange, end.signal)
  return { seen, look, onChange }
}

test('tells of each change once, and looks ever more seldom while there is none', async () => {
  const { seen, look, onChange } = start()
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  const looks = look.mock.calls.length
  expect(looks).toBeGreaterThan(20)
  expect(looks).toBeLessThan(35)
  expect(onChange).toHaveBeenCalledTimes(1)

  seen.attending = 1
  await vi.advanceTimersByTimeAsync(30_000)
  expect(onChange).toHaveBeenLastCalledWith({ status: 200, body: { attending: 1 } })
  const before = look.mock.calls.length
  await vi.advanceTimersByTimeAsync(6_000)
  expect(look.mock.calls.length).toBeGreaterThan(before)
})

test('asks nothing while nobody looks, and at once when somebody does again', async () => {
  const { seen, look, onChange } = start()
  await vi.advanceTimersByTimeAsync(3_000)
  page.show('hidden')
  seen.attending = 1
  const before = look.mock.calls.length
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  expect(look).toHaveBeenCalledTimes(before)
  page.show('visible')
  await vi.advanceTimersByTimeAsync(1)
  expect(onChange).toHaveBeenCalledTimes(2)
})

test.each(['visible', 'hidden'] as const)('looks no more once it is given up while %s', async (state) => {
  const { look } = start()
  await vi.advanceTimersByTimeAsync(3_000)
  page.show(state)
  end.abort()
  const before = look.mock.calls.length
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  expect(look).toHaveBeenCalledTimes(before)
  expect(vi.getTimerCount()).toBe(0)
})
