import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Operation } from '../json-service.ts'
import type { Codes } from './codes.ts'
import type { Limit } from './limits.ts'
import type { Mail } from './mail.ts'
import { type Client, hidesExistence, type Pools } from './pools.ts'
import type { Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'
import type { Triggers } from './triggers.ts'
import type { User, Users } from './users.ts'

/** What the operations work with. */
export interface Kit {
  readonly pools: Pools
  readonly users: Users
  readonly codes: Codes
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly mail: Mail
  readonly limit: Limit
  readonly triggers: Triggers
  readonly transaction: <Result>(work: () => Result) => Result
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export type Operations = Readonly<Record<string, Operation>>

const pattern = (regex: RegExp) =>
  z.string().regex(regex, `Member must satisfy regular expression pattern: ${regex.source}`)

/** The members that requests share. */
export const UserPoolId = pattern(/^[\w-]+_[0-9a-zA-Z]+$/)
export const ClientId = pattern(/^[\w+]{1,128}$/)
export const Username = pattern(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u)
export const Password = pattern(/^\S(?:.{0,254}\S)?$/s)
export const Code = pattern(/^\S{1,2048}$/)
export const Token = pattern(/^[\w=.-]+$/)
export const Metadata = z.record(z.string(), z.string()).optional()

/** What only threat protection and analytics look at. */
const ignored = z.unknown().optional()
export const Caller = { ClientMetadata: Metadata, AnalyticsMetadata: ignored, UserContextData: ignored }

/**
 * The user whom a client names. Nobody is found: where the client hides who exists that is `undefined`, and an operation
 * answers as if there were one. Else throws `UserNotFoundException`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
export function userOf({ users }: Kit, client: Client, name: string): User | undefined {
  const user = users.find(client.pool, name)
  if (user || hidesExistence(client)) return user
  throw new AwsError('UserNotFoundException', 'Username/client id combination not found.')
}

/** Cognito's word for a caller who may not, and for a wrong password. */
export const notAuthorized = (message: string): AwsError => new AwsError('NotAuthorizedException', message)
