/** Where one is led after a login. */
const ACCOUNT = '/account.html'
const LOGIN = '/login.html'

/** `search`: the query of the page. Answers its `next`, if that is a page of ours, as path, query and fragment. */
export function nextPage(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next') ?? ACCOUNT
  // Read as a browser reads it: `//`, `/\` and the like lead to other hosts.
  const url = URL.parse(next, origin)
  const isPage = next.startsWith('/') && url?.origin === origin && !/^\/(api\/|login\.html)/.test(url.pathname)
  return isPage ? url.pathname + url.search + url.hash : ACCOUNT
}

/** The login page that leads back to this page. */
export const loginFor = (page: string): string => `${LOGIN}?${new URLSearchParams({ next: page })}`
