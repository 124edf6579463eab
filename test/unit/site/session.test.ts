import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSession, REFRESH_TOKEN, type Store } from '../../../producers/site/account/session.ts'

const route = { method: 'GET', path: '/api/me/preferences' } as const
const HOUR = 3_600_000

/** A browser's storage, as far as a session knows it. */
function newStore(token?: string): Store {
  const kept = new Map(token === undefined ? [] : [[REFRESH_TOKEN, token]])
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

const idTokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`
const idToken = idTokenOf({ sub: 'id-of-ada', email: 'ada@example.com', name: 'Ada Lovelače' })

interface Server {
  readonly isGood?: (token: string) => boolean
  readonly refreshStatus?: () => number
}

/** Gives out `access-1`, `access-2`, … and takes those of `isGood`. */
function server({ isGood = () => true, refreshStatus = () => 200 }: Server = {}) {
  const seen: string[] = []
  let given = 0
  vi.stubGlobal('fetch', async (path: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    if (path === '/api/login/refresh') {
      seen.push(`refresh ${JSON.parse(body).refreshToken}`)
      const status = refreshStatus()
      if (status === 0) throw new TypeError('Failed to fetch')
      if (status !== 200) return Response.json({}, { status })
      given++
      return Response.json({ accessToken: `access-${given}`, idToken, expiresIn: 3600 })
    }
    if (path === '/api/logout') {
      seen.push(`log out ${JSON.parse(body).refreshToken}`)
      return Response.json({})
    }
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    seen.push(token)
    return Response.json({}, { status: isGood(token) ? 200 : 401 })
  })
  return seen
}

let time = 0
const now = () => time

beforeEach(() => {
  time = Date.UTC(2027, 0, 1)
})
afterEach(() => vi.unstubAllGlobals())

describe('a session', () => {
  test('is there after a reload, and closed where nothing is kept', () => {
    expect(createSession(newStore('r')).snapshot().state).toBe('open')
    expect(createSession(newStore()).snapshot().state).toBe('closed')
  })

  test('keeps the refresh token and no other', async () => {
    server()
    const store = newStore()
    const keep = vi.spyOn(store, 'setItem')
    const session = createSession(store, now)
    expect(session.open('r')).toBe(true)
    await session.call(route)
    expect(keep.mock.calls).toEqual([[REFRESH_TOKEN, 'r']])
  })

  test('is not begun in a browser that keeps nothing', () => {
    const refuse = () => {
      throw new DOMException('Denied', 'SecurityError')
    }
    const session = createSession({ getItem: refuse, setItem: refuse, removeItem: refuse })
    expect(session.open('r')).toBe(false)
    expect(session.snapshot().state).toBe('closed')
    session.close()
  })

  test('knows who is logged in', async () => {
    server()
    const user = await createSession(newStore('r'), now).user()
    expect(user).toEqual({ userId: 'id-of-ada', email: 'ada@example.com', name: 'Ada Lovelače' })
  })

  test('asks for tokens once for all calls at the same time', async () => {
    const seen = server()
    const session = createSession(newStore('r'), now)
    await Promise.all([session.user(), session.call(route), session.call(route)])
    expect(seen).toEqual(['refresh r', 'access-1', 'access-1'])
  })

  test('asks for new ones before they expire', async () => {
    const seen = server()
    const session = createSession(newStore('r'), now)
    await session.call(route)
    time += HOUR - 61_000
    await session.call(route)
    time += 2_000
    await session.call(route)
    expect(seen).toEqual(['refresh r', 'access-1', 'access-1', 'refresh r', 'access-2'])
  })

  test('tries a refused call once more with a new token', async () => {
    const seen = server({ isGood: (token) => token !== 'access-1' })
    const session = createSession(newStore('r'), now)
    expect((await session.call(route)).status).toBe(200)
    expect(seen).toEqual(['refresh r', 'access-1', 'refresh r', 'access-2'])
  })

  test('ends if a new token is refused as well', async () => {
    const seen = server({ isGood: () => false })
    const store = newStore('r')
    const session = createSession(store, now)
    expect((await session.call(route)).status).toBe(401)
    expect(session.snapshot().state).toBe('ended')
    expect(store.getItem(REFRESH_TOKEN)).toBeNull()
    expect(seen).toHaveLength(4)
  })

  test.each([400, 401])('ends if the refresh token is answered %i', async (status) => {
    server({ refreshStatus: () => status })
    const store = newStore('r')
    const session = createSession(store, now)
    await session.user()
    expect(session.snapshot().state).toBe('ended')
    expect(store.getItem(REFRESH_TOKEN)).toBeNull()
  })

  test.each([0, 429, 503])('does not end because a refresh is answered %i, and tries again', async (status) => {
    let next = status
    server({ refreshStatus: () => next })
    const session = createSession(newStore('r'), now)
    expect((await session.call(route)).status).toBe(status)
    expect(session.snapshot().state).toBe('open')
    next = 200
    expect((await session.call(route)).status).toBe(200)
  })

  test('takes no id token that it cannot read', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ accessToken: 'a', idToken: 'nonsense', expiresIn: 3600 }))
    const session = createSession(newStore('r'), now)
    expect(await session.user()).toMatchObject({ status: 200 })
    expect(session.snapshot().state).toBe('open')
  })
})

describe('who logs out', () => {
  test('is forgotten and revoked, and everybody is told', async () => {
    const seen = server()
    const store = newStore('r')
    const session = createSession(store, now)
    const listener = vi.fn()
    const unsubscribe = session.subscribe(listener)
    await session.call(route)
    session.close()
    expect(listener).toHaveBeenCalledTimes(1)
    expect(session.snapshot()).toEqual({ state: 'closed', id: 1 })
    expect(store.getItem(REFRESH_TOKEN)).toBeNull()
    expect((await session.call(route)).status).toBe(401)
    expect(seen).toEqual(['refresh r', 'access-1', 'log out r'])
    unsubscribe()
    session.open('s')
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test('while tokens are on their way does not get them', async () => {
    server()
    const session = createSession(newStore('r'), now)
    const user = session.user()
    session.close()
    expect(await user).toEqual({ status: 401 })
    expect(session.snapshot().state).toBe('closed')
  })

  test('and logs in as another meanwhile calls nothing as that one', async () => {
    const seen = server({ isGood: () => false })
    const session = createSession(newStore('r'), now)
    await session.user()
    const answer = session.call(route)
    session.open('s')
    expect((await answer).status).toBe(401)
    expect(session.snapshot().state).toBe('open')
    expect(seen).not.toContain('refresh s')
  })

  test('in another tab is logged out here', () => {
    const store = newStore('r')
    const [here, there] = [createSession(store), createSession(store)]
    there.close()
    here.reread()
    expect(here.snapshot()).toEqual({ state: 'closed', id: 1 })
    there.open('s')
    here.reread()
    here.reread()
    expect(here.snapshot()).toEqual({ state: 'open', id: 2 })
  })
})
