import { randomInt } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Pool } from './pools.ts'
import type { User } from './users.ts'

/**
 * What a code proves, and for how many hours it does.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html
 */
const HOURS = { 'sign-up': 24, password: 1, email: 24 } as const
type Purpose = keyof typeof HOURS

const Row = z.object({ code: z.string(), expires_at: z.number() }).optional()
const Address = z.object({ address: z.string() }).optional()

export type Codes = ReturnType<typeof openCodes>

/** The codes that were mailed: of each purpose a user has one, and a new one replaces it. */
export function openCodes(database: DatabaseSync, now: () => number) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cognito_codes (
      pool TEXT NOT NULL, username TEXT NOT NULL, purpose TEXT NOT NULL, code TEXT NOT NULL, expires_at INTEGER NOT NULL,
      PRIMARY KEY (pool, username, purpose)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_new_addresses (
      pool TEXT NOT NULL, username TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (pool, username)
    ) WITHOUT ROWID`)
  const upsert = database.prepare('INSERT OR REPLACE INTO cognito_codes VALUES (?, ?, ?, ?, ?)')
  const select = database.prepare(
    'SELECT code, expires_at FROM cognito_codes WHERE pool = ? AND username = ? AND purpose = ?',
  )
  const drop = database.prepare('DELETE FROM cognito_codes WHERE pool = ? AND username = ? AND purpose = ?')
  const addAddress = database.prepare('INSERT INTO cognito_new_addresses VALUES (?, ?, ?)')
  const dropAddress = database.prepare(
    'DELETE FROM cognito_new_addresses WHERE pool = ? AND username = ? RETURNING address',
  )
  const dropAll = database.prepare('DELETE FROM cognito_codes WHERE pool = ? AND username = ?')

  return {
    /** A new code of six digits; one of the purpose `email` may be for an address that is not the user's yet. */
    issue(pool: Pool, { username }: User, purpose: Purpose, newAddress?: string): string {
      const code = String(randomInt(1_000_000)).padStart(6, '0')
      upsert.run(pool.id, username, purpose, code, now() + HOURS[purpose] * 3_600_000)
      if (purpose === 'email') dropAddress.get(pool.id, username)
      if (newAddress !== undefined) addAddress.run(pool.id, username, newAddress)
      return code
    },

    /**
     * Takes a code; it is good once. Answers the new address that it proves, if it is for one. Throws
     * `ExpiredCodeException` or `CodeMismatchException`.
     */
    take(pool: Pool, { username }: User, purpose: Purpose, code: string): string | undefined {
      const kept = Row.parse(select.get(pool.id, username, purpose))
      if (!kept || kept.expires_at <= now()) throw expiredCode()
      if (kept.code !== code)
        throw new AwsError('CodeMismatchException', 'Invalid verification code provided, please try again.')
      drop.run(pool.id, username, purpose)
      return purpose === 'email' ? Address.parse(dropAddress.get(pool.id, username))?.address : undefined
    },

    dropAll(pool: Pool, { username }: User): void {
      dropAll.run(pool.id, username)
      dropAddress.get(pool.id, username)
    },
  }
}

/** What Cognito says of a code that there is not, or not any more. */
export const expiredCode = () =>
  new AwsError('ExpiredCodeException', 'Invalid code provided, please request a code again.')
