import type { RecordedEvent } from './history-rows.ts'

type Matches = (event: Pick<RecordedEvent, 'id' | 'name' | 'source' | 'detail'>) => boolean

/** What every way to write JSON leaves as it is, and SQL's LIKE too. */
const PLAIN = /[A-Za-z0-9 .:@,=+-]+/g

/**
 * A pattern for SQL's LIKE that the JSON text of every event matches which `matcher` takes, and few others. JSON can
 * spell a character in several ways (`ë` or `\u00eb`), so it looks for the longest piece that it cannot.
 */
export function likePattern(text: string): string {
  const pieces = [...text.matchAll(PLAIN)].map(([piece]) => piece)
  return `%${pieces.sort((one, other) => other.length - one.length)[0] ?? ''}%`
}

/** Tells whether a text occurs, in any case, in an event's id, name, source or detail (as JSON, so `"sku":"A-1"` finds too). */
export function matcher(text: string): Matches {
  const wanted = text.toLowerCase()
  const inJson = JSON.stringify(wanted).slice(1, -1)
  return ({ id, name, source, detail }) => {
    const json = JSON.stringify(detail).toLowerCase()
    return json.includes(wanted) || json.includes(inJson) || [id, name, source].some(includes(wanted))
  }
}

const includes =
  (wanted: string) =>
  (text: string): boolean =>
    text.toLowerCase().includes(wanted)
