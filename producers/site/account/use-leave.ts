import { useEffect } from 'react'
import { nextPage } from './next-page.ts'
import { useSession } from './use-session.ts'

/** Leads whoever is logged in, here or in another tab, to where they wanted to go. */
export function useLeaveWhenLoggedIn(): void {
  const isLoggedIn = useSession()?.state === 'open'
  useEffect(() => {
    if (isLoggedIn) window.location.replace(nextPage(window.location.search, window.location.origin))
  }, [isLoggedIn])
}
