import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Client, Pool } from './pools.ts'
import type { User } from './users.ts'

/** What one sign-in began: its tokens, and all that are had for its refresh token, name it as `origin_jti`. */
export interface Session {
  readonly id: string
  readonly username: string
  /** Seconds since the epoch. */
  readonly authTime: number
}

/** A session as it is seen from outside; times in milliseconds since the epoch. */
export interface KnownSession {
  readonly id: string
  readonly clientId: string
  readonly signedInAt: number
  /** When its refresh token does. */
  readonly expiresAt: number
  readonly state: 'open' | 'revoked' | 'expired'
}

const Row = z.object({
  id: z.string(),
  username: z.string(),
  client: z.string(),
  secret: z.string(),
  auth_time: z.number(),
  expires_at: z.number(),
  revoked: z.number().transform(Boolean),
})

export type Sessions = ReturnType<typeof openSessions>

/** The sessions of all pools. A refresh token is `<session>.<secret>`; of the secret only a digest is kept. */
export function openSessions(database: DatabaseSync, now: () => number) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cognito_sessions (
      id TEXT PRIMARY KEY, pool TEXT NOT NULL, username TEXT NOT NULL, client TEXT NOT NULL, secret TEXT NOT NULL,
      auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS cognito_sessions_by_user ON cognito_sessions (pool, username);
  `)
  const insert = database.prepare('INSERT INTO cognito_sessions VALUES (?, ?, ?, ?, ?, ?, ?, 0)')
  const select = database.prepare('SELECT * FROM cognito_sessions WHERE id = ? AND pool = ?')
  const revoke = database.prepare('UPDATE cognito_sessions SET revoked = 1 WHERE id = ?')
  const revokeAll = database.prepare('UPDATE cognito_sessions SET revoked = 1 WHERE pool = ? AND username = ?')
  const selectAll = database.prepare(
    'SELECT * FROM cognito_sessions WHERE pool = ? AND username = ? ORDER BY auth_time DESC',
  )
  const drop = database.prepare('DELETE FROM cognito_sessions WHERE pool = ? AND username = ?')
  const dropOld = database.prepare('DELETE FROM cognito_sessions WHERE pool = ? AND username = ? AND expires_at < ?')

  const find = (pool: Pool, id: string) => {
    const row = select.get(id, pool.id)
    return row && Row.parse(row)
  }
  /** The session that a refresh token of this client belongs to, revoked or not. */
  function ofRefreshToken({ pool, id: clientId }: Client, token: string) {
    const [id = '', secret = ''] = token.split('.')
    const found = find(pool, id)
    const isItsToken = found?.client === clientId && isSame(digest(secret), found.secret)
    return isItsToken ? found : undefined
  }

  return {
    begin({ pool, id: client }: Client, { username }: User, seconds: number) {
      const session: Session = { id: randomUUID(), username, authTime: Math.floor(now() / 1000) }
      const secret = randomBytes(32).toString('base64url')
      // An access token may outlive its refresh token, and is still asked about then.
      dropOld.run(pool.id, username, now() - 86_400_000)
      insert.run(...[session.id, pool.id, username, client, digest(secret), session.authTime, now() + seconds * 1000])
      return { session, refreshToken: `${session.id}.${secret}` }
    },

    /** Throws `NotAuthorizedException` for a token that is not (or no longer) good. */
    resume(client: Client, token: string): Session {
      const found = ofRefreshToken(client, token)
      if (!found) throw new AwsError('NotAuthorizedException', 'Invalid Refresh Token.')
      if (found.revoked) throw new AwsError('NotAuthorizedException', 'Refresh Token has been revoked')
      if (found.expires_at <= now()) throw new AwsError('NotAuthorizedException', 'Refresh Token has expired')
      return { id: found.id, username: found.username, authTime: found.auth_time }
    },

    /** Ends the session of a refresh token; one that is none ends nothing. */
    revoke(client: Client, token: string): void {
      const found = ofRefreshToken(client, token)
      if (found) revoke.run(found.id)
    },
    revokeAll: (pool: Pool, { username }: User): void => void revokeAll.run(pool.id, username),
    isRevoked: (pool: Pool, id: string): boolean => find(pool, id)?.revoked ?? true,
    /** A user's sessions, newest first; those that are over for some time are gone. */
    of: (pool: Pool, { username }: Pick<User, 'username'>): readonly KnownSession[] =>
      selectAll.all(pool.id, username).map((row) => {
        const { id, client, auth_time, expires_at, revoked } = Row.parse(row)
        const state = revoked ? 'revoked' : expires_at <= now() ? 'expired' : 'open'
        return { id, clientId: client, signedInAt: auth_time * 1000, expiresAt: expires_at, state }
      }),
    dropAll: (pool: Pool, { username }: User): void => void drop.run(pool.id, username),
  }
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other))
