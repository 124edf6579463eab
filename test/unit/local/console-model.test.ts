import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ConsoleEvent, gravest, type Outcome, sameEvent } from '../../../infra/local/console/ui/model/event.ts'
import { formatDuration, formatOffset, shortId } from '../../../infra/local/console/ui/model/format.ts'
import { hold, reuse } from '../../../infra/local/console/ui/model/held.ts'
import { findLinks, MAIL_SANDBOX, mailDocument } from '../../../infra/local/console/ui/model/mail-document.ts'
import { linkTo, parseRoute, type Route } from '../../../infra/local/console/ui/model/route.ts'

interface Item {
  readonly id: string
  readonly version?: number
}
const items = (ids: string): readonly Item[] => [...ids].map((id) => ({ id }))
const idsOf = (list: readonly Item[]): string => list.map(({ id }) => id).join('')

const eventWith = (...outcomes: Outcome[]): ConsoleEvent => ({
  id: 'e',
  place: 1,
  receivedAt: 0,
  name: 'Happened',
  time: '2026-01-01T00:00:00Z',
  source: 'ensemble.test',
  detail: {},
  deliveries: outcomes.map((outcome) => ({
    consumer: 'c',
    rule: 'c',
    outcome,
    attempts: 1,
    ms: 1,
    createdAt: 0,
    earlier: [],
  })),
})

describe('a list held in place', () => {
  test('counts what is newer and takes what is older', () => {
    const { shown, newer } = hold(items('edc'), items('gfedcba'))
    expect([idsOf(shown), newer]).toEqual(['edcba', 2])
  })

  test('keeps what has left the newest', () => {
    const { shown, newer } = hold(items('cba'), items('fedc'))
    expect([idsOf(shown), newer]).toEqual(['cba', 3])
  })

  test('keeps everything when nothing of it is among the newest', () => {
    const { shown, newer } = hold(items('ba'), items('zyx'))
    expect([idsOf(shown), newer]).toEqual(['ba', 3])
  })

  test('shows the newest version of each', () => {
    const { shown } = hold([{ id: 'a', version: 1 }], [{ id: 'a', version: 2 }])
    expect(shown).toEqual([{ id: 'a', version: 2 }])
  })
})

describe('the next version of a list', () => {
  const same = (one: Item, other: Item) => one.version === other.version

  test('is the same list when nothing changed', () => {
    const before = items('cba')
    expect(reuse(before, items('cba'), same)).toBe(before)
  })

  test('has new objects only for what changed', () => {
    const before = items('cba')
    const next = reuse(before, [{ id: 'd' }, { id: 'c' }, { id: 'b', version: 2 }, { id: 'a' }], same)
    expect(idsOf(next)).toBe('dcba')
    expect(next.map((item) => before.includes(item))).toEqual([false, true, false, true])
  })

  test('is shorter when something is gone', () => {
    expect(idsOf(reuse(items('cba'), items('cb'), same))).toBe('cb')
  })
})

describe('an event', () => {
  test.each([
    [eventWith('pending'), eventWith('pending'), true],
    [eventWith('pending'), eventWith('processed'), false],
    [eventWith('processed'), eventWith('processed', 'processed'), false],
    [eventWith('processed', 'processed'), eventWith('processed'), false],
  ])('has changed when a delivery has: %#', (one, other, same) => {
    expect(sameEvent(one, other)).toBe(same)
  })

  test.each<[readonly Outcome[], Outcome | undefined]>([
    [['processed', 'dead', 'retrying'], 'dead'],
    [['processed', 'pending', 'retrying'], 'retrying'],
    [['processed', 'pending'], 'pending'],
    [['duplicate', 'processed'], 'processed'],
    [[], undefined],
  ])('of %j is shown as %s', (outcomes, expected) => {
    expect(gravest([eventWith(...outcomes)])).toBe(expected)
  })
})

describe('a place', () => {
  test.each<[string, Route]>([
    ['', { page: '', id: undefined, query: {} }],
    ['#/', { page: '', id: undefined, query: {} }],
    ['#/events', { page: 'events', id: undefined, query: {} }],
    ['#/events/', { page: 'events', id: undefined, query: {} }],
    ['#/events/e1', { page: 'events', id: 'e1', query: {} }],
    ['#/events?search=Order%20Placed', { page: 'events', id: undefined, query: { search: 'Order Placed' } }],
    ['#/chains/a%2Fb', { page: 'chains', id: 'a/b', query: {} }],
    ['#/chains/100%', { page: 'chains', id: '100%', query: {} }],
  ])('%s is read', (fragment, route) => {
    expect(parseRoute(fragment)).toEqual(route)
  })

  test('is found again at the address that it is given', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' })
    const word = fc.constantFrom('events', 'search', 'x')
    const route = fc.record({
      page: word,
      id: fc.option(text, { nil: undefined }),
      query: fc.dictionary(word, text, { noNullPrototype: true }),
    })
    fc.assert(
      fc.property(route, (place) => {
        expect(parseRoute(linkTo(place.page, place.id, place.query))).toEqual(place)
      }),
    )
  })

  test('does not say what is empty', () => {
    expect(linkTo('events', undefined, { search: '' })).toBe('#/events')
  })
})

describe('a mail', () => {
  test.each<[string, readonly string[]]>([
    ['Go to http://localhost:3000/api/confirm?token=a.b-c_d.', ['http://localhost:3000/api/confirm?token=a.b-c_d']],
    ['(https://a.example/x) <https://b.example/>', ['https://a.example/x', 'https://b.example/']],
    ['javascript:alert(1) data:text/html,x ftp://a.example', []],
    ['', []],
  ])('%s has the links %j', (text, links) => {
    const pieces = findLinks(text)
    expect(pieces.filter(({ isLink }) => isLink).map((piece) => piece.text)).toEqual(links)
    expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  })

  test('opens its links elsewhere, whatever it says itself, and may run nothing', () => {
    expect(mailDocument('<base target="_top"><p>Hi</p>')).toMatch(
      /^<!doctype html>.*<base target="_blank">.*<p>Hi<\/p>$/,
    )
    expect(MAIL_SANDBOX).not.toMatch(/allow-(scripts|same-origin|forms|top-navigation( |$))/)
  })
})

test.each([
  [0, '0 ms', '0 ms'],
  [12.4, '12 ms', '12 ms'],
  [3400, '3.4 s', '3,400 ms'],
  [126_000, '2.1 min', '2.1 min'],
])('%d ms is said as %s, and from a beginning as %s', (ms, duration, offset) => {
  expect(formatDuration(ms)).toBe(duration)
  expect(formatOffset(ms).replace(/\D(?=\d{3} )/, ',')).toBe(offset)
})

test('an id is shortened only where that makes it shorter to read', () => {
  expect([shortId('c0ffee00-0000-4000-8000-000000000001'), shortId('order-12')]).toEqual(['c0ffee00', 'order-12'])
})
