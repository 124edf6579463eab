import { randomUUID } from 'node:crypto'
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { readable } from './attributes.ts'
import type { Client, Pool, Pools } from './pools.ts'
import { lifetimesOf } from './properties.ts'
import type { Session, Sessions } from './sessions.ts'
import type { User, Users } from './users.ts'

const SCOPE = 'aws.cognito.signin.user.admin'
const AccessToken = z.object({ client_id: z.string(), username: z.string(), origin_jti: z.string() })
const Challenge = z.object({ sub: z.string(), client_id: z.string() })

interface Dependencies {
  readonly pools: Pools
  readonly users: Users
  readonly sessions: Sessions
  readonly now: () => number
}

/** Whom an access token is of. */
export interface Caller {
  readonly pool: Pool
  readonly client: Client
  readonly user: User
}

export type Tokens = ReturnType<typeof createTokens>

/**
 * The tokens of user pools: RS256, with Cognito's claims.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
export function createTokens({ pools, users, sessions, now }: Dependencies) {
  const seconds = () => Math.floor(now() / 1000)
  const sign = ({ issuer, keys }: Pool, claims: JWTPayload, lifetime: number): Promise<string> =>
    new SignJWT({ ...claims, iss: issuer, iat: seconds(), exp: seconds() + lifetime, jti: randomUUID() })
      .setProtectedHeader({ kid: keys.kid, alg: 'RS256' })
      .sign(keys.privateKey)

  return {
    /** The tokens of a session, for a client. */
    async issue(client: Client, user: User, { id: origin_jti, authTime: auth_time }: Session) {
      const lifetimes = lifetimesOf(client.properties)
      const { sub = user.username, ...attributes } = readable(client, user.attributes)
      const common = { sub, origin_jti, event_id: randomUUID(), auth_time }
      const own = { ...common, token_use: 'access', scope: SCOPE, client_id: client.id, username: user.username }
      const id = {
        ...claimsOf(attributes),
        ...common,
        token_use: 'id',
        aud: client.id,
        'cognito:username': user.username,
      }
      const [AccessToken, IdToken] = await Promise.all([
        sign(client.pool, own, lifetimes.access),
        sign(client.pool, id, lifetimes.id),
      ])
      return { AccessToken, IdToken, ExpiresIn: lifetimes.access, TokenType: 'Bearer' }
    },

    /** Throws `NotAuthorizedException` for an access token that is not (or no longer) good. */
    async caller(token: string): Promise<Caller> {
      const pool = poolOf(token)
      const { client_id, username, origin_jti } = AccessToken.parse(await verified(pool, token, 'access'))
      const user = users.get(pool, username)
      if (sessions.isRevoked(pool, origin_jti)) throw refused('Access Token has been revoked')
      if (!user.enabled) throw refused('User is disabled.')
      return { pool, client: pools.client(client_id, pool.id), user }
    },

    /** What answers a challenge to this user; it has no issuer, so that it is good for nothing else. */
    challenge: ({ pool, id, properties }: Client, { username }: User): Promise<string> =>
      new SignJWT({ sub: username, client_id: id, exp: seconds() + properties.AuthSessionValidity * 60 })
        .setProtectedHeader({ kid: pool.keys.kid, alg: 'RS256' })
        .sign(pool.keys.privateKey),

    /** Whom the challenge was for. Throws `NotAuthorizedException`. */
    async challenged({ pool, id }: Client, session: string): Promise<string> {
      const options = { currentDate: new Date(now()), algorithms: ['RS256'] }
      const { payload } = await jwtVerify(session, pool.keys.find, options).catch((error: unknown) => {
        const isExpired = error instanceof errors.JWTExpired
        throw refused(`Invalid session for the user${isExpired ? ', session is expired' : ''}.`)
      })
      const { success, data } = Challenge.safeParse(payload)
      if (!success || payload.iss !== undefined || data.client_id !== id) throw refused('Invalid session for the user.')
      return data.sub
    },
  }

  function poolOf(token: string): Pool {
    try {
      const { iss } = decodeJwt(token)
      const found = pools.all().find(({ issuer }) => issuer === iss)
      if (found) return found
    } catch {
      // It is not even a token.
    }
    throw refused('Invalid Access Token')
  }

  async function verified(pool: Pool, token: string, use: 'access'): Promise<JWTPayload> {
    try {
      const options = { issuer: pool.issuer, algorithms: ['RS256'], currentDate: new Date(now()) }
      const { payload } = await jwtVerify(token, pool.keys.find, options)
      if (payload.token_use === use) return payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refused('Access Token has expired')
    }
    throw refused('Invalid Access Token')
  }
}

const claimsOf = (attributes: Readonly<Record<string, string>>): Record<string, string | boolean> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, name.endsWith('_verified') ? value === 'true' : value]),
  )

const refused = (message: string): AwsError => new AwsError('NotAuthorizedException', message)
