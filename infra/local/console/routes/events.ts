import * as z from 'zod'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import { eventView } from '../event-view.ts'
import { Limit, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { shortNames } from '../short-names.ts'

export interface EventDeps {
  readonly eventBridge: Pick<EventBridge, 'recent' | 'subscriptions'>
}

/** The events on the buses, newest first. */
export const eventRoutes = ({ eventBridge }: EventDeps): readonly ConsoleRoute[] => [
  route({
    method: 'GET',
    path: '/events',
    request: z.object({ query: z.object({ correlationId: Word, name: Word, limit: Limit }) }),
    answer: ({ query }) => {
      const short = shortNames(eventBridge)
      return eventBridge.recent(query).map((event) => eventView(event, short))
    },
  }),
]
