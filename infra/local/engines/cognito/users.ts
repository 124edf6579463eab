import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { folded, isEmailPool, type Pool } from './pools.ts'

const Status = z.enum(['UNCONFIRMED', 'CONFIRMED', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED'])

const Row = z.object({
  username: z.string(),
  status: Status,
  enabled: z.number().transform(Boolean),
  password: z.string().nullable(),
  password_at: z.number(),
  attributes: z.string().transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json))),
  created_at: z.number(),
  modified_at: z.number(),
  failures: z.number(),
  failed_at: z.number(),
})

/** Times are milliseconds since the epoch. */
export interface User {
  readonly username: string
  readonly status: z.output<typeof Status>
  readonly enabled: boolean
  /** Its hash, see passwords.ts. */
  readonly password: string | null
  readonly passwordAt: number
  /** All that it has, `sub` among them. */
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly modifiedAt: number
  /** Wrong passwords in a row, and when the last was tried. */
  readonly failures: number
  readonly failedAt: number
}

/** A name by which a user can be called. No two users of a pool share one. */
interface Login {
  readonly login: string
  readonly attribute: 'username' | 'email' | 'preferred_username'
}

export interface UserFilter {
  /** A path into a user's attributes, or a column. */
  readonly field: 'username' | 'status' | 'enabled' | { readonly attribute: string }
  readonly startsWith: boolean
  readonly value: string
}

export type Users = ReturnType<typeof openUsers>

/** The users of all pools, in SQLite. */
export function openUsers(database: DatabaseSync) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cognito_users (
      pool TEXT NOT NULL, username TEXT NOT NULL, status TEXT NOT NULL, enabled INTEGER NOT NULL,
      password TEXT, password_at INTEGER NOT NULL, attributes TEXT NOT NULL, created_at INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, failures INTEGER NOT NULL, failed_at INTEGER NOT NULL,
      PRIMARY KEY (pool, username)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_logins (
      pool TEXT NOT NULL, login TEXT NOT NULL, username TEXT NOT NULL, PRIMARY KEY (pool, login)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS cognito_logins_by_user ON cognito_logins (pool, username);
    CREATE INDEX IF NOT EXISTS cognito_users_by_time ON cognito_users (created_at);
  `)
  const select = database.prepare(`
    SELECT users.* FROM cognito_logins AS logins
    JOIN cognito_users AS users ON users.pool = logins.pool AND users.username = logins.username
    WHERE logins.pool = ? AND logins.login = ?`)
  const selectHolder = database.prepare('SELECT username FROM cognito_logins WHERE pool = ? AND login = ?')
  const upsert = database.prepare('INSERT OR REPLACE INTO cognito_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const deleteUser = database.prepare('DELETE FROM cognito_users WHERE pool = ? AND username = ?')
  const deleteLogins = database.prepare('DELETE FROM cognito_logins WHERE pool = ? AND username = ?')
  const insertLogin = database.prepare('INSERT OR REPLACE INTO cognito_logins VALUES (?, ?, ?)')
  // By the index it stops where there are enough; most attributes need not be parsed to know that the text is not in them.
  const selectNewest = database.prepare(`
    SELECT * FROM cognito_users AS users INDEXED BY cognito_users_by_time
    WHERE pool IN (SELECT value FROM json_each(?1)) AND (?2 = ''
      OR instr(lower(username), lower(?2))
      OR instr(lower(users.attributes), lower(?3))
        AND EXISTS (SELECT 1 FROM json_each(users.attributes) WHERE instr(lower(value), lower(?2))))
    ORDER BY created_at DESC LIMIT ?4`)
  const countOf = database.prepare('SELECT count(*) AS count FROM cognito_users WHERE pool = ?')

  const find = (pool: Pool, name: string): User | undefined => {
    const row = select.get(pool.id, folded(pool, name))
    return row && toUser(row)
  }

  return {
    /** By username, `sub`, or whatever else the pool lets people sign in with. */
    find,

    /** The same. Throws `UserNotFoundException`. */
    get(pool: Pool, name: string): User {
      const found = find(pool, name)
      if (found) return found
      throw new AwsError('UserNotFoundException', 'User does not exist.')
    },

    /** Which of its names another user has already. */
    taken(pool: Pool, user: User): Login['attribute'] | undefined {
      const holder = z.object({ username: z.string() }).optional()
      return loginsOf(pool, user).find(({ login }) => {
        const held = holder.parse(selectHolder.get(pool.id, login))
        return held !== undefined && held.username !== user.username
      })?.attribute
    },

    /** Writes the user as it now is; a name that another user had is this one's from now on. In a transaction. */
    save(pool: Pool, user: User): void {
      const { username, status, enabled, password, passwordAt, attributes, createdAt, modifiedAt } = user
      const { failures, failedAt } = user
      upsert.run(
        ...[pool.id, username, status, Number(enabled), password, passwordAt, JSON.stringify(attributes)],
        ...[createdAt, modifiedAt, failures, failedAt],
      )
      deleteLogins.run(pool.id, username)
      for (const { login } of loginsOf(pool, user)) insertLogin.run(pool.id, login, username)
    },

    /** In a transaction. */
    delete(pool: Pool, { username }: User): void {
      deleteUser.run(pool.id, username)
      deleteLogins.run(pool.id, username)
    },

    count: (pool: Pool): number => z.object({ count: z.number() }).parse(countOf.get(pool.id)).count,

    /** At most `limit` users whose names come after `after`, in the order of their names. */
    list(pool: Pool, filter: UserFilter | undefined, after: string, limit: number): readonly User[] {
      const column =
        filter === undefined
          ? "''"
          : typeof filter.field === 'string'
            ? filter.field
            : `coalesce(json_extract(attributes, '$."${filter.field.attribute}"'), '')`
      const { value = '', startsWith = true } = filter ?? {}
      const condition = startsWith ? `substr(${column}, 1, length(?)) = ?` : `${column} = ? AND ? IS NOT NULL`
      return database
        .prepare(
          `SELECT * FROM cognito_users WHERE pool = ? AND username > ? AND ${condition} ORDER BY username LIMIT ?`,
        )
        .all(pool.id, after, value, value, limit)
        .map(toUser)
    },

    /** At most `limit` users of these pools whose name or one of whose attributes has this text in it, newest first. */
    newest: (pools: readonly Pool[], text: string, limit: number): readonly (User & { readonly poolId: string })[] =>
      selectNewest
        .all(JSON.stringify(pools.map(({ id }) => id)), text, JSON.stringify(text).slice(1, -1), limit)
        .map((row) => ({ ...toUser(row), poolId: z.object({ pool: z.string() }).parse(row).pool })),
  }
}

function toUser(row: unknown): User {
  const { password_at, created_at, modified_at, failed_at, ...rest } = Row.parse(row)
  return { ...rest, passwordAt: password_at, createdAt: created_at, modifiedAt: modified_at, failedAt: failed_at }
}

/**
 * An address is a name where it is the username, and where it is an alias as soon as it is verified.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
function loginsOf(pool: Pool, { username, attributes, status }: User): readonly Login[] {
  const { email, email_verified, preferred_username, sub = username } = attributes
  const aliases = pool.properties.AliasAttributes
  const isAlias = aliases.includes('email') && email_verified === 'true'
  const logins: Login[] = [
    { login: folded(pool, username), attribute: 'username' },
    { login: sub, attribute: 'username' },
  ]
  if (email !== undefined && (isEmailPool(pool) || isAlias))
    logins.push({ login: folded(pool, email), attribute: 'email' })
  if (preferred_username !== undefined && aliases.includes('preferred_username') && status !== 'UNCONFIRMED')
    logins.push({ login: folded(pool, preferred_username), attribute: 'preferred_username' })
  return logins
}

/** The message of `UsernameExistsException` and `AliasExistsException`. */
export const takenMessage = (attribute: Login['attribute']): string =>
  attribute === 'username' ? 'User already exists' : `An account with the given ${attribute} already exists.`
