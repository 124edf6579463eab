import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import * as z from 'zod'

/** What a pool signs its tokens with. */
export interface PoolKeys {
  readonly kid: string
  readonly privateKey: CryptoKey
  /** As served at `/.well-known/jwks.json`. */
  readonly published: JSONWebKeySet
  /** For jose: the public key that a token's header names. Imported once. */
  readonly find: JWTVerifyGetKey
}

const Row = z.object({ private_key: z.string(), created_at: z.number() }).optional()
const PrivateJwk = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
})

/**
 * Each pool's own key, made when the pool first starts and kept with its users, so that a token is good for exactly as long
 * as they are. https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function openKeys(database: DatabaseSync, now: () => number) {
  database.exec(
    'CREATE TABLE IF NOT EXISTS cognito_pools (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, private_key TEXT NOT NULL)',
  )
  const select = database.prepare('SELECT created_at, private_key FROM cognito_pools WHERE id = ?')
  const insert = database.prepare('INSERT INTO cognito_pools VALUES (?, ?, ?)')

  return async (poolId: string): Promise<{ readonly keys: PoolKeys; readonly createdAt: number }> => {
    const kept = Row.parse(select.get(poolId))
    if (kept) return { keys: await load(kept.private_key), createdAt: kept.created_at }
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const text = JSON.stringify(await exportJWK(privateKey))
    const createdAt = now()
    insert.run(poolId, createdAt, text)
    return { keys: await load(text), createdAt }
  }
}

async function load(text: string): Promise<PoolKeys> {
  const jwk = PrivateJwk.parse(JSON.parse(text))
  const { kty, n, e } = jwk
  const kid = createHash('sha256').update(n).digest('base64')
  const published = { keys: [{ alg: 'RS256', e, kid, kty, n, use: 'sig' }] }
  const privateKey = await importJWK(jwk, 'RS256')
  if (!(privateKey instanceof CryptoKey)) throw new Error('An RSA key is not symmetric')
  return { kid, privateKey, published, find: createLocalJWKSet(published) }
}
