import { useMemo, useSyncExternalStore } from 'react'
import { formatRoute, parseRoute, type Route } from '../model/route.ts'

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** The place that the address names. */
export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => window.location.hash)
  return useMemo(() => parseRoute(fragment), [fragment])
}

export function go(route: Route): void {
  window.location.hash = formatRoute(route)
}

/** Like `go`, but the Back button does not lead to where we were. */
export function goInstead(route: Route): void {
  window.location.replace(formatRoute(route))
}
