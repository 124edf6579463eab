import { useSyncExternalStore } from 'react'
import { createSession, type Session } from './session.ts'

/** The session of this browser. `localStorage` is asked for each time: where it is blocked, even naming it throws. */
export const session = createSession({
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
  removeItem: (key) => localStorage.removeItem(key),
})

/** Another tab has changed it, or this page was left and is now shown again as it was. */
const OUTSIDE_CHANGES = ['storage', 'pageshow']

function subscribe(listener: () => void): () => void {
  const unsubscribe = session.subscribe(listener)
  for (const change of OUTSIDE_CHANGES) window.addEventListener(change, session.reread)
  return () => {
    unsubscribe()
    for (const change of OUTSIDE_CHANGES) window.removeEventListener(change, session.reread)
  }
}

/** Undefined in the prerendered page, which is everybody's. */
export const useSession = (): Session | undefined => useSyncExternalStore(subscribe, session.snapshot, () => undefined)
