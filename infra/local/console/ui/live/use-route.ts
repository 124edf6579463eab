import { useMemo, useSyncExternalStore } from 'react'
import { parseRoute, type Route } from '../model/route.ts'

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** The place that the address names. */
export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => window.location.hash)
  return useMemo(() => parseRoute(fragment), [fragment])
}

/** Leads to a place, given as `linkTo` makes it. */
export function go(link: string): void {
  window.location.hash = link
}

/** Like `go`, but the Back button does not lead to where we were. */
export function goInstead(link: string): void {
  window.location.replace(link)
}
