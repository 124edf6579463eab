import { expect, test } from 'vitest'
import { createThrottle } from '../../../infra/local/engines/http-api/throttle.ts'

function start(burst: number, rate: number) {
  const clock = { now: 1_000_000 }
  const passes = createThrottle(burst, rate, () => clock.now)
  /** How many of `tries` requests pass `ms` later. */
  return (ms: number, tries: number) => {
    clock.now += ms
    return Array.from({ length: tries }, passes).filter(Boolean).length
  }
}

test('a burst passes at once, then so many a second', () => {
  const after = start(5, 2)
  expect(after(0, 8)).toBe(5)
  expect(after(499, 1)).toBe(0)
  expect(after(1, 2)).toBe(1)
  expect(after(1000, 5)).toBe(2)
})

test('what is not used is saved, up to a burst', () => {
  const after = start(5, 2)
  after(0, 5)
  expect(after(60_000, 10)).toBe(5)
})

test('a clock that is put back takes nothing away, and gives nothing twice', () => {
  const after = start(5, 2)
  expect(after(0, 2)).toBe(2)
  expect(after(-60_000, 5)).toBe(3)
  expect(after(500, 5)).toBe(1)
})
