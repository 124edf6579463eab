export interface Excerpt {
  /** Where in the detail, as `data.email`. */
  readonly path: string
  /** The value there, cut to what is around the text. */
  readonly before: string
  readonly hit: string
  readonly after: string
}

const AROUND = 40

/** Where in an event's detail a text occurs first, in any case; `undefined` if in no single value of it. */
export function excerptOf(detail: unknown, text: string, path = ''): Excerpt | undefined {
  if (typeof detail === 'object' && detail !== null) {
    for (const [key, value] of Object.entries(detail)) {
      const found = excerptOf(value, text, path ? `${path}.${key}` : key)
      if (found) return found
    }
    return undefined
  }
  const value = String(detail)
  const at = value.toLowerCase().indexOf(text.toLowerCase())
  if (at < 0 || text === '') return undefined
  const end = at + text.length
  return {
    path,
    before: `${at > AROUND ? '…' : ''}${value.slice(Math.max(at - AROUND, 0), at)}`,
    hit: value.slice(at, end),
    after: `${value.slice(end, end + AROUND)}${value.length > end + AROUND ? '…' : ''}`,
  }
}
