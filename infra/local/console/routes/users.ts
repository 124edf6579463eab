import * as z from 'zod'
import type { Cognito } from '../../engines/cognito.ts'
import type { Ses } from '../../engines/ses.ts'
import type { SubscriptionSummary } from '../../engines/sns/desk.ts'
import type { Sns } from '../../engines/sns.ts'
import { Limit, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { subscriptionView } from '../subscription-view.ts'

export interface UserDeps {
  readonly cognito: Pick<Cognito, 'desk'>
  readonly sns: Pick<Sns, 'desk'>
  readonly ses: Pick<Ses, 'emails'>
}

const USERS = 100
const Named = z.object({ pool: z.string(), username: z.string() })

/** The user pools' users: who they are, what they are subscribed to, to confirm and to delete them by hand. */
export const userRoutes = ({ cognito: { desk }, sns, ses }: UserDeps): readonly ConsoleRoute[] => [
  route({
    method: 'GET',
    path: '/users',
    request: z.object({ query: z.object({ search: Word, limit: Limit }) }),
    answer: ({ query: { search = '', limit = USERS } }) => {
      const found = desk.users(search, limit + 1)
      return {
        pools: desk.pools(),
        users: found.slice(0, limit).map(({ attributes, sessions, ...user }) => ({
          ...user,
          email: attributes.email,
          name: attributes.name,
          openSessions: sessions.filter(({ state }) => state === 'open').length,
        })),
        more: found.length > limit,
      }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{pool}/{username}',
    request: z.object({ params: Named }),
    answer: ({ params: { pool, username } }) => {
      const user = desk.user(pool, username)
      const own = sns.desk.subscriptions().filter((subscription) => isAbout(subscription, user.attributes))
      return { ...user, subscriptions: own.map((subscription) => subscriptionView(subscription, ses)) }
    },
  }),
  route({
    method: 'POST',
    path: '/users/{pool}/{username}/confirm',
    request: z.object({ params: Named }),
    answer: ({ params }) => desk.confirm(params.pool, params.username),
  }),
  route({
    method: 'POST',
    path: '/users/{pool}/{username}/delete',
    request: z.object({ params: Named }),
    answer: ({ params }) => desk.delete(params.pool, params.username),
  }),
]

/** Does it lead to one of the user's addresses, or take only what is meant for that user? */
const isAbout = (
  { endpoint, filterPolicy }: SubscriptionSummary,
  { email, phone_number, sub }: Readonly<Record<string, string>>,
): boolean =>
  endpoint.toLowerCase() === email?.toLowerCase() ||
  endpoint === phone_number ||
  (sub !== undefined && filterPolicy?.includes(`"${sub}"`) === true)
