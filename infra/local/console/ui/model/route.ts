/** Where one is: the page, what is open in it, and what its query says. */
export interface Route {
  readonly page: string
  readonly id: string | undefined
  readonly query: Readonly<Record<string, string>>
}

/** The place that a fragment such as `#/events/<id>?search=…` names. */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split(/\?(.*)/s)
  const [page = '', ...rest] = path.split('/')
  return {
    page,
    id: rest.length > 0 ? decode(rest.join('/')) || undefined : undefined,
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

/** The fragment that leads to a place; what is empty in the query is left out. */
export function linkTo(page: string, id?: string, query: Route['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  return `#/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
