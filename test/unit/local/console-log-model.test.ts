import { describe, expect, test } from 'vitest'
import { storyOf } from '../../../infra/local/console/ui/model/chain.ts'
import type { ConsoleEvent, Outcome } from '../../../infra/local/console/ui/model/event.ts'
import { excerptOf } from '../../../infra/local/console/ui/model/excerpt.ts'
import { type Log, refreshed, withNewer, withOlder } from '../../../infra/local/console/ui/model/log.ts'
import { progressOf, type Replay, talliesOf } from '../../../infra/local/console/ui/model/replay.ts'
import { byCloseness, isOfKind, summary, type Verdict } from '../../../infra/local/console/ui/model/rule.ts'

const event = (place: number, outcome: Outcome = 'processed'): ConsoleEvent => ({
  id: `e${place}`,
  place,
  name: 'Happened',
  time: '2026-01-01T00:00:00Z',
  source: 'test',
  detail: {},
  receivedAt: 0,
  deliveries: [{ consumer: 'c', rule: 'c', outcome, attempts: 1, ms: 1, createdAt: 0, earlier: [] }],
})
const page = (places: readonly number[], next?: number, head = 9): Log => ({
  events: places.map((place) => event(place)),
  next,
  head,
})
const placesOf = ({ events }: Log) => events.map(({ place }) => place)

describe('the part of the log that is here', () => {
  test('grows at both ends', () => {
    const log = withNewer(
      withOlder(withOlder(undefined, page([5, 4], 4, 5)), page([3, 2], 2, 6)),
      page([7, 6], undefined, 7),
    )
    expect([placesOf(log), log.next, log.head]).toEqual([[7, 6, 5, 4, 3, 2], 2, 7])
  })

  test('begins anew where more came than was told', () => {
    const log = withNewer(page([3, 2], 2, 3), page([9, 8], 8, 9))
    expect([placesOf(log), log.next, log.head]).toEqual([[9, 8], 8, 9])
  })

  test('takes what became of its events, and keeps those that did not change', () => {
    const before = page([3, 2, 1])
    const after = refreshed(before, [event(2, 'dead'), event(1), event(7)])
    expect(placesOf(after)).toEqual([3, 2, 1])
    expect(after.events.map((one, index) => one === before.events[index])).toEqual([true, false, true])
  })
})

describe('where a text stands', () => {
  const detail = { metadata: { version: 1 }, data: { name: 'Zoë', items: [{ sku: 'A-1' }, { sku: 'B-2' }] } }
  test.each([
    ['zoë', 'data.name', 'Zoë'],
    ['b-2', 'data.items.1.sku', 'B-2'],
    ['1', 'metadata.version', '1'],
  ])('%s is found at %s', (text, path, hit) => {
    expect(excerptOf(detail, text)).toMatchObject({ path, hit })
  })

  test('is told with what is around it', () => {
    expect(excerptOf({ note: `${'x'.repeat(60)}here${'y'.repeat(60)}` }, 'HERE')).toEqual({
      path: 'note',
      before: `…${'x'.repeat(40)}`,
      hit: 'here',
      after: `${'y'.repeat(40)}…`,
    })
  })

  test.each(['', 'nowhere', 'items'])('"%s" is in no value', (text) => {
    expect(excerptOf(detail, text)).toBeUndefined()
  })
})

describe('what a rule says', () => {
  const field = (path: string, matched: boolean) => ({ path, expected: 'x', matched })
  const verdict = (rule: string, ...fields: Verdict['fields']): Verdict => ({
    rule,
    enabled: true,
    matched: fields.every(({ matched }) => matched),
    targets: ['arn'],
    fields,
  })
  const takes = verdict('takes', field('source', true))
  const content = verdict('content', field('source', true), field('detail.amount', false))
  const other = verdict('other', field('source', false), field('detail-type', false))

  test('is told nearest first', () => {
    expect(byCloseness([other, content, takes]).map(({ rule }) => rule)).toEqual(['takes', 'content', 'other'])
    expect([other, content, takes].map(isOfKind)).toEqual([false, true, true])
  })

  test.each([
    [takes, 'takes it'],
    [content, 'does not take it: detail.amount'],
    [verdict('spread', field('a', true), field('', false)), 'does not take it: the combination'],
    [{ ...takes, enabled: false }, 'would take it, but is disabled'],
    [{ ...takes, targets: [] }, 'takes it, but has no target'],
  ])('is one sentence: %#', (said, sentence) => {
    expect(summary(said)).toBe(sentence)
  })
})

test('one story is what few chains share; what many share is only mentioned', () => {
  const chain = (correlationId: string, at: number) => ({ correlationId, name: 'Happened', at })
  const many = [1, 2, 3, 4, 5].map((n) => chain(`c${n}`, n))
  const shared = [
    { key: 'registrationId', value: 'r1', chains: [chain('b', 2), chain('a', 1)], more: false },
    { key: 'orderId', value: 'o1', chains: [chain('a', 1)], more: false },
    { key: 'userId', value: 'u1', chains: many, more: false },
    { key: 'shopId', value: 's1', chains: [chain('x', 1)], more: true },
  ]
  const { chains, others } = storyOf(shared)
  expect(chains.map(({ correlationId, key }) => [correlationId, key])).toEqual([
    ['a', 'registrationId'],
    ['b', 'registrationId'],
  ])
  expect(others.map(({ key }) => key)).toEqual(['userId', 'shopId'])
})

test('a replay tells how far it is and what became of its events at each consumer', () => {
  const replay: Replay = {
    name: 'r',
    state: 'RUNNING',
    from: 100,
    to: 200,
    rules: [],
    startedAt: 0,
    lastReplayedTime: 150,
    tallies: [
      { consumer: 'a', outcome: 'processed', count: 2 },
      { consumer: 'a', outcome: 'retrying', count: 1 },
      { consumer: 'a', outcome: 'pending', count: 1 },
      { consumer: 'b', outcome: 'dead', count: 3 },
    ],
  }
  expect(progressOf(replay)).toBe(0.5)
  expect(progressOf({ ...replay, state: 'COMPLETED' })).toBe(1)
  expect(progressOf({ ...replay, from: 200 })).toBe(0)
  expect(talliesOf(replay)).toEqual([
    { consumer: 'a', done: 2, duplicate: 0, open: 2, dead: 0 },
    { consumer: 'b', done: 0, duplicate: 0, open: 0, dead: 3 },
  ])
})
