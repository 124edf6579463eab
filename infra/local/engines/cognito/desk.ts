import { deleteUser } from './account.ts'
import { confirmUser } from './admin.ts'
import type { Kit } from './kit.ts'
import type { KnownSession } from './sessions.ts'
import type { User } from './users.ts'

interface PoolSummary {
  readonly id: string
  readonly name: string
  readonly userCount: number
}

/** A user without the password; times in milliseconds since the epoch. */
interface UserSummary
  extends Pick<User, 'username' | 'status' | 'enabled' | 'attributes' | 'createdAt' | 'modifiedAt'> {
  readonly poolId: string
  /** Newest first. */
  readonly sessions: readonly (KnownSession & { readonly clientName: string })[]
}

/** User pools as people look at them and put them in order. What names a user or a pool throws AwsError if there is none. */
export interface UserDesk {
  readonly pools: () => readonly PoolSummary[]
  /** At most `limit` users of all pools with this text in their name or an attribute, newest first. */
  readonly users: (text: string, limit: number) => readonly UserSummary[]
  readonly user: (poolId: string, username: string) => UserSummary
  /** As AdminConfirmSignUp does. */
  readonly confirm: (poolId: string, username: string) => Promise<void>
  /** As AdminDeleteUser does. */
  readonly delete: (poolId: string, username: string) => void
}

/** The users of all pools for the console. What names one throws `AwsError` if there is none. */
export function userDesk(kit: Kit): UserDesk {
  const { pools, users, sessions } = kit

  function summaryOf(poolId: string, user: User): UserSummary {
    const pool = pools.pool(poolId)
    const names = new Map(pools.clientsOf(pool).map(({ id, name }) => [id, name]))
    const { username, status, enabled, attributes, createdAt, modifiedAt } = user
    return {
      poolId,
      ...{ username, status, enabled, attributes, createdAt, modifiedAt },
      sessions: sessions
        .of(pool, user)
        .map((session) => ({ ...session, clientName: names.get(session.clientId) ?? session.clientId })),
    }
  }

  return {
    pools: () => pools.all().map((pool) => ({ id: pool.id, name: pool.name, userCount: users.count(pool) })),
    users: (text, limit) => users.newest(pools.all(), text, limit).map((user) => summaryOf(user.poolId, user)),
    user: (poolId, username) => summaryOf(poolId, users.get(pools.pool(poolId), username)),
    confirm: (poolId, username) => {
      const pool = pools.pool(poolId)
      return confirmUser(kit, pool, users.get(pool, username))
    },
    delete: (poolId, username) => {
      const pool = pools.pool(poolId)
      deleteUser(kit, pool, users.get(pool, username))
    },
  }
}
