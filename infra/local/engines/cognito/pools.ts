import type { JWTVerifyGetKey } from 'jose'
import { AwsError } from '../engine.ts'
import type { AttributeRule } from './attributes.ts'
import type { PoolKeys } from './keys.ts'
import type { ClientProperties, PoolProperties } from './properties.ts'

export interface Pool {
  readonly id: string
  readonly arn: string
  readonly name: string
  /** As in the tokens' `iss`. */
  readonly issuer: string
  readonly properties: PoolProperties
  /** What a user may have, by name; those of its own begin with `custom:`. */
  readonly attributes: ReadonlyMap<string, AttributeRule>
  readonly keys: PoolKeys
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface Client {
  readonly id: string
  readonly name: string
  readonly pool: Pool
  readonly properties: ClientProperties
}

/** The user pools and clients of the templates. */
export interface Pools {
  readonly add: (pool: Pool) => void
  readonly addClient: (client: Client) => void
  readonly all: () => readonly Pool[]
  readonly clientsOf: (pool: Pool) => readonly Client[]
  /** Throws `ResourceNotFoundException`. */
  readonly pool: (id: string) => Pool
  /** Throws `ResourceNotFoundException`. */
  readonly client: (id: string, poolId?: string) => Client
  /** The keys of the pool that issues under this name, if there is one. */
  readonly keysOf: (issuer: string) => JWTVerifyGetKey | undefined
}

/** The pools and clients of this run's templates; none at first. */
export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  const clients = new Map<string, Client>()
  return {
    add: (pool) => void pools.set(pool.id, pool),
    addClient: (client) => void clients.set(client.id, client),
    all: () => [...pools.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    clientsOf: (pool) => [...clients.values()].filter((client) => client.pool === pool),
    pool(id) {
      const found = pools.get(id)
      if (found) return found
      throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`)
    },
    client(id, poolId) {
      const found = clients.get(id)
      if (found && (poolId === undefined || found.pool.id === poolId)) return found
      throw new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`)
    },
    keysOf: (issuer) => [...pools.values()].find((pool) => pool.issuer === issuer)?.keys.find,
  }
}

/** Names are compared in this form: in a pool that is not case sensitive, A is a. */
export const folded = ({ properties }: Pool, name: string): string =>
  properties.UsernameConfiguration.CaseSensitive ? name : name.toLowerCase()

/** People sign in with their address, and their username is made up. */
export const isEmailPool = ({ properties }: Pool): boolean => properties.UsernameAttributes.includes('email')

/** Whether whoever signs up, or changes their address, is mailed a code. */
export const verifiesEmail = ({ properties }: Pool): boolean => properties.AutoVerifiedAttributes.includes('email')

/** Whether an address stays as it was until the new one is verified. */
export const keepsAddress = ({ properties }: Pool): boolean =>
  properties.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate.includes('email')

/** Whether an unknown user is answered like a wrong password. */
export const hidesExistence = ({ properties }: Client): boolean => properties.PreventUserExistenceErrors === 'ENABLED'
