import * as z from 'zod'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import { loggedView } from '../event-view.ts'
import { findRelated } from '../related.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { createWho, type WhoDeps } from '../who.ts'

export interface ChainDeps extends WhoDeps {
  readonly eventBridge: WhoDeps['eventBridge'] & Pick<EventBridge, 'history' | 'recent'>
}

/** More than anybody could look at in one picture. */
const MOST = 500

const OneChain = z.object({ params: z.object({ id: z.string().max(256, 'must be at most 256 characters') }) })

/** What one request caused, by its correlation id, and what has to do with it. */
export function chainRoutes(deps: ChainDeps): readonly ConsoleRoute[] {
  const { eventBridge } = deps
  const who = createWho(deps)
  const eventsOf = (correlationId: string) => eventBridge.recent({ correlationId, limit: MOST })
  return [
    route({
      method: 'GET',
      path: '/chains/{id}',
      request: OneChain,
      answer: ({ params: { id } }) => ({ events: eventsOf(id).map((event) => loggedView(event, who)) }),
    }),
    route({
      method: 'GET',
      path: '/chains/{id}/related',
      request: OneChain,
      answer: async ({ params: { id } }) => ({ shared: await findRelated(eventBridge.history, eventsOf(id)) }),
    }),
  ]
}
