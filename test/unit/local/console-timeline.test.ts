import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConsoleEvent, Delivery } from '../../../infra/local/console/ui/model/event.ts'
import { scaleOf } from '../../../infra/local/console/ui/model/scale.ts'
import { busyIn, durationOf, type Line, spansOf, timelineOf } from '../../../infra/local/console/ui/model/timeline.ts'

interface Sketch {
  readonly id: string
  readonly cause?: string
  readonly by?: string
  readonly to?: readonly string[]
}

const delivered = (consumer: string): Delivery => ({
  consumer,
  rule: consumer,
  function: `app-${consumer}`,
  outcome: 'processed',
  attempts: 1,
  ms: 20,
  createdAt: 1000,
  invokedAt: 1010,
  endedAt: 1040,
  earlier: [],
})

const event = ({ id, cause, by, to = [] }: Sketch): ConsoleEvent => ({
  id,
  place: 1,
  name: id,
  time: '2026-01-01T00:00:00Z',
  source: 'test',
  detail: { metadata: { eventId: id, ...(cause === undefined ? {} : { causationId: cause }) } },
  receivedAt: 1000,
  ...(by === undefined ? {} : { emitter: { kind: 'consumer' as const, name: by, function: `app-${by}` } }),
  deliveries: to.map(delivered),
})

type Tree = { readonly [Name in string]: Tree }
const nameOf = (line: Line): string => {
  if (line.kind === 'emitter') return `by ${line.emitter?.name}`
  return line.kind === 'event' ? line.event.name : `to ${line.delivery.consumer}`
}
const treeOf = (lines: readonly Line[]): Tree =>
  Object.fromEntries(lines.map((line) => [nameOf(line), treeOf(line.lines)]))

describe('a timeline', () => {
  test('puts what a consumer emitted below that consumer, and what nobody here emitted below the event', () => {
    const events = [
      event({ id: 'asked', by: 'api', to: ['keep', 'mail'] }),
      event({ id: 'kept', cause: 'asked', by: 'keep', to: ['tell'] }),
      event({ id: 'else', cause: 'asked', by: 'stranger' }),
    ]
    expect(treeOf(timelineOf(events, 0))).toEqual({
      'by api': { asked: { 'to keep': { kept: { 'to tell': {} } }, 'to mail': {}, else: {} } },
    })
  })

  test('has one beginning for each emitter', () => {
    const events = [event({ id: 'a', by: 'one' }), event({ id: 'b', by: 'other' }), event({ id: 'c', by: 'one' })]
    expect(treeOf(timelineOf(events, 0))).toEqual({ 'by one': { a: {}, c: {} }, 'by other': { b: {} } })
  })

  test('is busy when an event comes and when it is worked on, not while it waits', () => {
    expect(busyIn(timelineOf([event({ id: 'a', to: ['keep'] })], 0))).toEqual([
      { from: 1000, to: 1000 },
      expect.objectContaining({ kind: 'starting', from: 1010, to: 1020 }),
      expect.objectContaining({ kind: 'working', from: 1020, to: 1040 }),
    ])
  })
})

describe('what a delivery took', () => {
  const kinds = (delivery: Delivery, now = 0) => spansOf(delivery, now).map(({ kind, from, to }) => [kind, from, to])

  test('is to wait, to start and to work', () => {
    expect(kinds(delivered('keep'))).toEqual([
      ['waiting', 1000, 1010],
      ['starting', 1010, 1020],
      ['working', 1020, 1040],
    ])
    expect(durationOf(spansOf(delivered('keep'), 0), 'waiting', 'starting')).toBe(20)
  })

  test('has every attempt, and goes on waiting while it is to be tried again', () => {
    const retrying: Delivery = {
      ...delivered('keep'),
      outcome: 'retrying',
      invokedAt: 3000,
      endedAt: 3020,
      earlier: [{ invokedAt: 2000, endedAt: 2010, ms: 10 }],
    }
    expect(kinds(retrying, 4000)).toEqual([
      ['waiting', 1000, 2000],
      ['failed', 2000, 2010],
      ['waiting', 2010, 3000],
      ['failed', 3000, 3020],
      ['waiting', 3020, 4000],
    ])
  })

  test('is only to wait where nothing was noted, and nothing if that is over', () => {
    const { invokedAt: _, endedAt: __, ...rest } = delivered('keep')
    expect(kinds({ ...rest, outcome: 'pending' }, 1500)).toEqual([['waiting', 1000, 1500]])
    expect(kinds(rest)).toEqual([])
  })
})

describe('an axis', () => {
  test('leaves out what would hide all else, and says how long that was', () => {
    const { at, breaks } = scaleOf([
      { from: 0, to: 300 },
      { from: 86_400_000, to: 86_400_300 },
    ])
    expect(breaks).toEqual([{ at: 0.5, ms: 86_399_700 }])
    expect([at(0), at(300), at(86_400_000), at(86_400_300)].map((place) => Math.round(100 * place))).toEqual([
      0, 36, 64, 100,
    ])
  })

  test('has a few round marks', () => {
    expect(scaleOf([{ from: 5000, to: 5900 }]).ticks.map(({ time }) => time)).toEqual([0, 200, 400, 600, 800])
  })

  test('keeps every order, and lies between its ends', () => {
    const time = fc.integer({ min: 0, max: 1_000_000 })
    const interval = fc
      .tuple(time, time)
      .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 10 }), fc.array(time), (intervals, times) => {
        const { at, breaks, ticks } = scaleOf(intervals)
        const places = times.toSorted((one, other) => one - other).map(at)
        for (const place of [...places, ...breaks.map((cut) => cut.at), ...ticks.map((tick) => tick.at)]) {
          expect(place).toBeGreaterThanOrEqual(0)
          expect(place).toBeLessThanOrEqual(1)
        }
        expect(places).toEqual(places.toSorted((one, other) => one - other))
        expect(ticks.length).toBeLessThan(12)
      }),
    )
  })
})
