export type Route =
  | { readonly view: 'events'; readonly id?: string; readonly search: string }
  | { readonly view: 'chains'; readonly correlationId?: string }
  | { readonly view: 'inbox'; readonly id?: string }

/** The place that a fragment such as `#/events/<id>?search=…` leads to; anything unknown leads to the events. */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split(/\?(.*)/s)
  const [view, ...rest] = path.split('/')
  const id = decode(rest.join('/'))
  if (view === 'chains') return { view, ...(id ? { correlationId: id } : {}) }
  if (view === 'inbox') return { view, ...(id ? { id } : {}) }
  const search = new URLSearchParams(query).get('search') ?? ''
  return { view: 'events', search, ...(view === 'events' && id ? { id } : {}) }
}

/** The fragment that leads to a place. */
export function formatRoute(route: Route): string {
  const id = route.view === 'chains' ? route.correlationId : route.id
  const search = route.view === 'events' && route.search ? `?${new URLSearchParams({ search: route.search })}` : ''
  return `#/${route.view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
