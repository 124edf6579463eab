import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Answer } from '../../../producers/site/api/call.ts'
import { follow, type Sight } from '../../../producers/site/orders/follow.ts'
import { getOrder } from '../../../schemas/orders.ts'

const MINUTE = 60_000
const example = getOrder.responses[200]?.example
const at = (status: string): Answer => ({ status: 200, body: { ...Object(example), status } })
const MISSING: Answer = { status: 404, body: {} }
const LOST: Answer = { status: 0 }

let watch = new AbortController()

/** The n-th look gets the n-th answer, every further one the last. Answers what was shown so far. */
function start({ isNew = false, isVisible = () => true }, ...answers: readonly Answer[]) {
  const left = [...answers]
  const look = vi.fn(async () => (left.length > 1 ? left.shift() : left[0]) ?? LOST)
  const shown: Sight[] = []
  const end = vi.fn()
  follow({ look, isNew, signal: watch.signal, show: (sight) => shown.push(sight), isVisible }).then(end)
  return { look, shown, end, last: () => shown.at(-1) }
}

beforeEach(() => {
  vi.useFakeTimers()
  // What cannot be had offline is said by the browser.
  vi.stubGlobal('navigator', { onLine: true })
  watch = new AbortController()
})
afterEach(() => {
  watch.abort()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('looks at once, and until the order has come to an end', async () => {
  const { look, shown, end } = start({}, at('PENDING'), at('RESERVED'), at('CONFIRMED'))
  await vi.advanceTimersByTimeAsync(0)
  expect(shown.map(({ order }) => order?.status)).toEqual(['PENDING'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(shown.map(({ order }) => order?.status)).toEqual(['PENDING', 'RESERVED', 'CONFIRMED'])
  expect(end).toHaveBeenCalledOnce()
  expect(look).toHaveBeenCalledTimes(3)
})

test('looks ever more seldom while nothing happens, and gives up after ten minutes', async () => {
  const { look, end, last } = start({}, at('PENDING'))
  await vi.advanceTimersByTimeAsync(1_000)
  const often = look.mock.calls.length
  expect(often).toBeGreaterThan(2)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(look.mock.calls.length - often).toBeLessThanOrEqual(22)
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  expect(end).toHaveBeenCalledOnce()
  expect(last()).toMatchObject({ order: { status: 'PENDING' }, isOver: true })
})

test('bears with an order of which there is no record yet, for half a minute', async () => {
  const { last, shown } = start({ isNew: true }, MISSING, MISSING, at('CONFIRMED'))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(shown).toHaveLength(1)
  expect(last()).toMatchObject({ order: { status: 'CONFIRMED' } })
  const late = start({ isNew: true }, MISSING)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(late.shown).toEqual([{ isMissing: true, isOver: true }])
})

test('says at once that there is no such order', async () => {
  const { shown, end } = start({}, MISSING)
  await vi.advanceTimersByTimeAsync(0)
  expect(shown).toEqual([{ isMissing: true, isOver: false }])
  expect(end).toHaveBeenCalledOnce()
})

test('goes on when a look fails, with what it knows', async () => {
  const { shown } = start({}, LOST, at('PENDING'), LOST, at('CONFIRMED'))
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(shown.map(({ order, trouble }) => [order?.status, trouble !== undefined])).toEqual([
    [undefined, true],
    ['PENDING', false],
    ['PENDING', true],
    ['CONFIRMED', false],
  ])
})

test('asks nothing while nobody looks, nor once it is given up', async () => {
  let isVisible = false
  const { look, end } = start({ isVisible: () => isVisible }, at('PENDING'))
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(look).not.toHaveBeenCalled()
  isVisible = true
  await vi.advanceTimersByTimeAsync(3_000)
  expect(look).toHaveBeenCalled()
  look.mockClear()
  watch.abort()
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(look).not.toHaveBeenCalled()
  expect(end).toHaveBeenCalledOnce()
})
