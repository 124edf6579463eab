import type { CloudContext } from '../../engines/engine.ts'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import type { StepFunctions } from '../../engines/step-functions.ts'
import type { ConsoleRoute } from '../route.ts'

export interface StatusDeps {
  readonly context: Pick<CloudContext, 'siteUrl' | 'endpoint'>
  readonly eventBridge: Pick<EventBridge, 'inFlight' | 'consumers'>
  readonly stepFunctions: Pick<StepFunctions, 'running'>
  readonly ready: () => boolean
}

/** Whether the cloud serves, how many events are not yet settled by every consumer, and how many executions run. */
export const statusRoutes = ({ context, eventBridge, stepFunctions, ready }: StatusDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/status',
    answer: () => ({
      ready: ready(),
      inFlight: eventBridge.inFlight(),
      executions: stepFunctions.running(),
      siteUrl: context.siteUrl,
      endpoint: context.endpoint,
      consumers: eventBridge.consumers(),
    }),
  },
]
