import type { CloudContext } from '../../engines/engine.ts'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import type { ConsoleRoute } from '../route.ts'

export interface StatusDeps {
  readonly context: Pick<CloudContext, 'siteUrl' | 'endpoint'>
  readonly eventBridge: Pick<EventBridge, 'inFlight' | 'consumers'>
  readonly ready: () => boolean
}

/** Whether the cloud serves, and how many events are not yet settled by every consumer. */
export const statusRoutes = ({ context, eventBridge, ready }: StatusDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/status',
    answer: () => ({
      ready: ready(),
      inFlight: eventBridge.inFlight(),
      siteUrl: context.siteUrl,
      endpoint: context.endpoint,
      consumers: eventBridge.consumers(),
    }),
  },
]
