import { useSyncExternalStore } from 'react'

const neverChanges = () => () => {}

/** What only the browser knows; undefined in the prerendered page, which is the same for everybody. */
const useBrowser = <Known>(look: () => Known): Known | undefined =>
  useSyncExternalStore(neverChanges, look, () => undefined)

/** Whether the page is alive: what is prerendered answers nothing. */
export const useIsHydrated = (): boolean => useBrowser(() => true) ?? false

/** The path of the page's address. */
export const usePath = (): string | undefined => useBrowser(() => window.location.pathname)

/** The query of the page's address. */
export const useSearch = (): string | undefined => useBrowser(() => window.location.search)
