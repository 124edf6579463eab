import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openHistory } from '../../../infra/local/engines/eventbridge/history.ts'
import { openJournal } from '../../../infra/local/engines/eventbridge/journal.ts'

interface Sketch {
  readonly name?: string
  readonly detail?: unknown
  /** As it was sent, where that is not how Node writes it. */
  readonly json?: string
}

function journalOf(...sketches: readonly Sketch[]) {
  const database = new DatabaseSync(':memory:')
  const journal = openJournal(database)
  journal.transaction(() => {
    for (const [index, { name = 'Tested', detail = {}, json = JSON.stringify(detail) }] of sketches.entries()) {
      const envelope = `{"id":"id-${index + 1}","detail-type":"${name}","source":"shop","account":"000000000000","time":"2026-01-01T00:00:00Z","resources":[],"detail":${json}}`
      const event = { id: `id-${index + 1}`, bus: 'b', name, source: 'shop', time: index, envelope, receivedAt: index }
      journal.add(event, [])
    }
  })
  return openHistory(database)
}

type History = ReturnType<typeof openHistory>

/** All pages, from the newest on. */
function everyPage(history: History, query: { text?: string; after?: number; limit: number }) {
  const pages: (readonly number[])[] = []
  let before: number | undefined
  do {
    const page = history.page({ ...query, ...(before === undefined ? {} : { before }) })
    pages.push(page.events.map(({ place }) => place))
    before = page.next
  } while (before !== undefined)
  return pages
}

const placesOf = (history: History, text: string) => everyPage(history, { text, limit: 100 }).flat()

test('pages lead from the newest event to the oldest, and to what is newer than a place', () => {
  const history = journalOf(...Array.from({ length: 5 }, () => ({})))
  expect(everyPage(history, { limit: 2 })).toEqual([[5, 4], [3, 2], [1]])
  expect(everyPage(history, { limit: 10, after: 3 })).toEqual([[5, 4]])
  expect(everyPage(journalOf(), { limit: 2 })).toEqual([[]])
})

test('events are found at their places and by their ids', () => {
  const history = journalOf({}, {}, {})
  expect(history.at([1, 3, 9]).map(({ id }) => id)).toEqual(['id-3', 'id-1'])
  expect([history.find('id-2')?.place, history.find('id-9')]).toEqual([2, undefined])
})

describe('a text', () => {
  const history = journalOf(
    { name: 'OrderPlaced', detail: { data: { sku: 'A-1', note: 'say "hi"' } } },
    { name: 'OrderFailed', json: '{ "data" : {"name":"Zo\\u00eb"}}' },
    { name: 'OrderFailed', detail: { data: { name: 'ZOË', share: '100%_' } } },
  )

  test.each([
    ['orderplaced', [1]],
    ['order', [3, 2, 1]],
    ['ID-2', [2]],
    ['shop', [3, 2, 1]],
    ['"sku":"A-1"', [1]],
    ['say "hi"', [1]],
    ['zoë', [3, 2]],
    ['ë', [3, 2]],
    ['%', [3]],
    ['%_', [3]],
    ['_1', []],
    ['\\', [1]],
    ['000000000000', []],
    ['resources', []],
  ])('%s is found in any case, wherever people look for it', (text, places) => {
    expect(placesOf(history, text)).toEqual(places)
  })
})

test('whatever stands in an event is found, and page by page the same as at once', () => {
  const text = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 20 }),
      text,
      fc.integer({ min: 1, max: 3 }),
      (texts, other, limit) => {
        const history = journalOf(...texts.map((value) => ({ detail: { data: { value } } })))
        for (const [index, value] of texts.entries()) expect(placesOf(history, value)).toContain(index + 1)
        expect(everyPage(history, { text: other, limit }).flat()).toEqual(placesOf(history, other))
      },
    ),
    { numRuns: 50 },
  )
})

test('a search through many events is done in slices, none of which takes long to answer', () => {
  const history = journalOf(...Array.from({ length: 12_000 }, (_, n) => ({ detail: { n: n === 0 ? 'needle' : n } })))
  const pages = everyPage(history, { text: 'needle', limit: 10 })
  expect(pages.length).toBe(3)
  expect(pages.flat()).toEqual([1])
  // Every event has to be taken apart for this one, so slices are shorter.
  expect(everyPage(history, { text: '–', limit: 10 }).length).toBe(25)
})
