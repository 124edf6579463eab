import * as z from 'zod'
import type { Ses } from '../../engines/ses.ts'
import type { Sns } from '../../engines/sns.ts'
import { Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { subscriptionView } from '../subscription-view.ts'

export interface TopicDeps {
  readonly sns: Pick<Sns, 'desk'>
  readonly ses: Pick<Ses, 'emails'>
}

/** As many subscriptions are told of at once. */
const LISTED = 200

const Named = z.object({ name: z.string() })
const Draft = z.object({
  subject: z.string().default(''),
  text: z.string(),
  attributes: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })).default([]),
})

/** The topics: who is subscribed to them, and to publish by hand. */
export const topicRoutes = ({ sns: { desk }, ses }: TopicDeps): readonly ConsoleRoute[] => [
  { method: 'GET', path: '/topics', answer: desk.topics },
  route({
    method: 'GET',
    path: '/topics/{name}',
    request: z.object({ params: Named, query: z.object({ search: Word }) }),
    answer: ({ params: { name }, query: { search = '' } }) => {
      const wanted = search.toLowerCase()
      const found = desk
        .subscriptionsTo(name)
        .filter(({ endpoint, filterPolicy = '' }) => `${endpoint} ${filterPolicy}`.toLowerCase().includes(wanted))
      return {
        ...desk.topic(name),
        found: found.length,
        subscriptions: found.slice(0, LISTED).map((subscription) => subscriptionView(subscription, ses)),
      }
    },
  }),
  route({
    method: 'POST',
    path: '/topics/{name}/publish',
    request: z.object({ params: Named, body: Draft }),
    answer: ({ params: { name }, body }) => {
      const { messageId, takers } = desk.publish(name, body)
      const { confirmed, pending } = desk.topic(name)
      return {
        messageId,
        taken: takers.length,
        takers: takers.slice(0, LISTED).map(({ arn, protocol, endpoint }) => ({ arn, protocol, endpoint })),
        filtered: confirmed - takers.length,
        pending,
      }
    },
  }),
]
