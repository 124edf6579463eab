import * as z from 'zod'
import { logout, refreshLogin } from '../../../schemas/accounts.ts'
import { type Answer, call, type Request, type Route } from '../api/call.ts'

/** `ended`: the server takes the login no longer. `id` differs from login to login, also if another tab changes them. */
export interface Session {
  readonly state: 'open' | 'closed' | 'ended'
  readonly id: number
}

/** Who is logged in, as the id token says. */
export interface User {
  readonly userId: string
  readonly email: string
  readonly name?: string | undefined
}

/** What of the browser's `localStorage` is needed. Its functions throw where the browser keeps nothing for us. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

interface Tokens {
  readonly accessToken: string
  readonly user: User
  /** In milliseconds since 1970. */
  readonly goodUntil: number
}

export const REFRESH_TOKEN = 'ensemble.refresh-token'

/** No token is used in its last minute: it shall not expire on the way. */
const EARLY_MS = 60_000

const Refreshed = z.object({ accessToken: z.string(), idToken: z.string(), expiresIn: z.number() })
const Claims = z.object({ sub: z.string(), email: z.string(), name: z.string().optional() })

/**
 * Who is logged in here. The refresh token is kept in `store`, because a page that is loaded anew knows nothing else; the
 * tokens it is exchanged for are kept in memory only, and had when they are needed.
 */
export function createSession(store: Store, now = Date.now) {
  let refreshToken = read(store)
  let session: Session = { state: refreshToken === undefined ? 'closed' : 'open', id: 0 }
  let tokens: Tokens | undefined
  let refreshing: Promise<Tokens | Answer> | undefined
  const listeners = new Set<() => void>()

  function change(state: Session['state'], token?: string): void {
    refreshToken = token
    tokens = undefined
    refreshing = undefined
    session = { state, id: session.id + 1 }
    for (const listener of listeners) listener()
  }

  /** Begins with the refresh token of a login. False if the browser does not keep it. */
  function open(token: string): boolean {
    try {
      store.setItem(REFRESH_TOKEN, token)
    } catch {
      return false
    }
    change('open', token)
    return true
  }

  /** Forgets everything, and has the refresh token revoked, as far as that can be done. */
  function close(state: 'closed' | 'ended' = 'closed'): void {
    if (state === 'closed' && refreshToken !== undefined) void call(logout, { body: { refreshToken } })
    try {
      store.removeItem(REFRESH_TOKEN)
    } catch {
      // Then there is nothing in it either.
    }
    change(state)
  }

  /** Takes over what another tab has done. */
  function reread(): void {
    const token = read(store)
    if (token !== refreshToken) change(token === undefined ? 'closed' : 'open', token)
  }

  /** Calls a protected route. A 401 says that nobody is logged in any more. */
  async function callAsUser(route: Route, request: Request = {}): Promise<Answer> {
    const { id } = session
    const first = await freshTokens()
    if ('status' in first) return first
    const answer = await call(route, { ...request, token: first.accessToken })
    if (answer.status !== 401 || session.id !== id) return answer

    // It has expired after all (this machine's clock may be wrong), or is taken no longer: once more, with another one.
    if (tokens === first) tokens = undefined
    const second = await freshTokens()
    if ('status' in second) return second
    if (session.id !== id) return answer
    const again = await call(route, { ...request, token: second.accessToken })
    if (again.status === 401 && session.id === id) close('ended')
    return again
  }

  /** Who is logged in, or the answer that stands in the way of knowing. */
  async function user(): Promise<User | Answer> {
    const found = await freshTokens()
    return 'status' in found ? found : found.user
  }

  async function freshTokens(): Promise<Tokens | Answer> {
    if (tokens && now() < tokens.goodUntil) return tokens
    if (refreshToken === undefined) return { status: 401 }
    refreshing ??= refresh(refreshToken, session.id)
    return refreshing
  }

  async function refresh(token: string, id: number): Promise<Tokens | Answer> {
    const answer = await call(refreshLogin, { body: { refreshToken: token } })
    // Logged out meanwhile, here or in another tab: these tokens are nobody's.
    if (session.id !== id) return { status: 401 }
    refreshing = undefined
    const { accessToken, idToken, expiresIn } = Refreshed.safeParse(answer.body).data ?? {}
    const user = userIn(idToken)
    if (accessToken !== undefined && expiresIn !== undefined && user) {
      tokens = { accessToken, user, goodUntil: now() + expiresIn * 1000 - EARLY_MS }
      return tokens
    }
    if (answer.status === 400 || answer.status === 401) close('ended')
    return answer
  }

  return {
    snapshot: () => session,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open,
    close,
    reread,
    call: callAsUser,
    user,
  }
}

function read(store: Store): string | undefined {
  try {
    return store.getItem(REFRESH_TOKEN) ?? undefined
  } catch {
    return undefined
  }
}

/** Only to be shown: whether a token is genuine is the server's business. */
function userIn(idToken = ''): User | undefined {
  try {
    const payload = (idToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    const { sub: userId, email, name } = Claims.parse(JSON.parse(new TextDecoder().decode(bytes)))
    return { userId, email, name }
  } catch {
    return undefined
  }
}
