import * as z from 'zod/mini'
import { Subscription } from './subscription.ts'

const Status = z.string()

const ListedUser = z.object({
  poolId: z.string(),
  username: z.string(),
  status: Status,
  enabled: z.boolean(),
  email: z.optional(z.string()),
  name: z.optional(z.string()),
  createdAt: z.number(),
  openSessions: z.number(),
})
export type ListedUser = z.infer<typeof ListedUser>

export const Users = z.object({
  pools: z.array(z.object({ id: z.string(), name: z.string(), userCount: z.number() })),
  users: z.array(ListedUser),
  /** There are more. */
  more: z.boolean(),
})
export type Users = z.infer<typeof Users>

const Session = z.object({
  id: z.string(),
  clientName: z.string(),
  signedInAt: z.number(),
  expiresAt: z.number(),
  state: z.enum(['open', 'revoked', 'expired']),
})
export type Session = z.infer<typeof Session>

export const User = z.object({
  poolId: z.string(),
  username: z.string(),
  status: Status,
  enabled: z.boolean(),
  attributes: z.record(z.string(), z.string()),
  createdAt: z.number(),
  modifiedAt: z.number(),
  sessions: z.array(Session),
  subscriptions: z.array(Subscription),
})
export type User = z.infer<typeof User>

/** A user in an address: names are a user's within a pool. */
export const idOf = ({ poolId, username }: Pick<User, 'poolId' | 'username'>): string => `${poolId}/${username}`

/** What people call a user: the address, if there is one. */
export const nameOf = ({ email, username }: Pick<ListedUser, 'email' | 'username'>): string => email ?? username

/** Where the console's API has the user with this id. */
export function pathOf(id: string): string {
  const [poolId = '', ...username] = id.split('/')
  return `users/${encodeURIComponent(poolId)}/${encodeURIComponent(username.join('/'))}`
}

interface StatusWords {
  readonly label: string
  readonly tone: 'good' | 'busy' | 'warning' | 'quiet'
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html */
const STATUSES: Readonly<Record<string, StatusWords>> = {
  CONFIRMED: { label: 'confirmed', tone: 'good' },
  UNCONFIRMED: { label: 'not confirmed', tone: 'warning' },
  FORCE_CHANGE_PASSWORD: { label: 'temporary password', tone: 'busy' },
  RESET_REQUIRED: { label: 'must reset password', tone: 'warning' },
}

export const describeStatus = (status: string): StatusWords => STATUSES[status] ?? { label: status, tone: 'quiet' }

const TERMS: Readonly<Record<string, string>> = {
  name: 'Name',
  given_name: 'Given name',
  family_name: 'Family name',
  phone_number: 'Phone',
}
/** They are shown in places of their own. */
const SHOWN = new Set(['sub', 'email', 'email_verified'])

/** What else is known of a user, the usual first. */
export const otherAttributes = (attributes: User['attributes']): readonly { term: string; value: string }[] =>
  [...new Set([...Object.keys(TERMS), ...Object.keys(attributes)])].flatMap((name) => {
    const value = attributes[name]
    return value === undefined || SHOWN.has(name) ? [] : [{ term: TERMS[name] ?? name, value }]
  })
