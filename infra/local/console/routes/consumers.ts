import * as z from 'zod'
import type { EventSource } from '../../engines/event-sources/api.ts'
import type { EventSources } from '../../engines/event-sources.ts'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import type { Subscription } from '../../engines/eventbridge/subscriptions.ts'
import type { Faults } from '../../engines/lambda/faults.ts'
import { functionNameIn } from '../../engines/lambda/function-name.ts'
import { type DeadLetterDeps, type DeadLetterQueue, deadLetterQueues, lastPartOf } from '../dead-letter-queues.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { shortNames } from '../short-names.ts'

export interface ConsumerDeps extends DeadLetterDeps {
  readonly eventBridge: DeadLetterDeps['eventBridge'] & Pick<EventBridge, 'tallies'>
  readonly eventSources: Pick<EventSources, 'all' | 'setEnabled'>
  readonly faults: Faults
}

/** Who takes events, how they fare, and how to pause and resume them. */
export const consumerRoutes = (deps: ConsumerDeps): readonly ConsoleRoute[] => [
  { method: 'GET', path: '/consumers', answer: () => consumers(deps) },
  route({
    method: 'POST',
    path: '/event-sources/{id}',
    request: z.object({ params: z.object({ id: z.string() }), body: z.object({ enabled: z.boolean() }) }),
    answer: ({ params, body }) => ({ state: deps.eventSources.setEnabled(params.id, body.enabled).state }),
  }),
]

/** Every target of a rule, and every function that reads something that no rule fills. */
function consumers(deps: ConsumerDeps) {
  const { eventBridge, eventSources } = deps
  const subscriptions = eventBridge.subscriptions.all()
  const short = shortNames(eventBridge)
  const tallies = new Map(eventBridge.tallies().map((tally) => [`${tally.ruleArn} ${tally.targetId}`, tally]))
  const sources = eventSources.all()
  const queues = deadLetterQueues(deps)
  const fed = new Set(subscriptions.map(({ target }) => target.Arn))
  return [
    ...subscriptions.map((subscription) => {
      const { ruleArn, target } = subscription
      const reader = sources.find(({ properties }) => properties.EventSourceArn === target.Arn)
      const { ruleArn: _, targetId: __, ...tally } = tallies.get(`${ruleArn} ${target.Id}`) ?? {}
      return {
        ...ofSubscription(subscription),
        name: short(subscription.consumer),
        ...stateOf(deps, queues, target.Arn, reader),
        lately: { ...NOTHING, ...tally },
      }
    }),
    ...sources
      .filter(({ properties }) => !fed.has(properties.EventSourceArn))
      .map((source) => ({
        id: source.id,
        name: short(functionNameIn(source.functionArn)),
        isEnabled: true,
        events: [],
        ...stateOf(deps, queues, source.properties.EventSourceArn, source),
      })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const NOTHING = { pending: 0, processed: 0, duplicate: 0, retrying: 0, dead: 0, averageMs: null, p99Ms: null }

const ofSubscription = ({ ruleArn, target, rule, bus, isEnabled, events, pattern }: Subscription) => ({
  id: `${ruleArn} ${target.Id}`,
  rule,
  bus,
  isEnabled,
  events,
  pattern,
})

/** Of whoever reads from this ARN. */
function stateOf(
  { sqs, faults }: ConsumerDeps,
  queues: readonly DeadLetterQueue[],
  source: string,
  reader: EventSource | undefined,
) {
  const isFunction = source.startsWith('arn:aws:lambda:')
  const functionName = reader || isFunction ? functionNameIn(reader?.functionArn ?? source) : undefined
  const own = queues.filter(({ feeds }) => feeds.some((feed) => feed.source === source))
  return {
    source: sourceName(source),
    queue: sqs.exists(source) ? sqs.desk.depth(source) : undefined,
    reader: reader && { id: reader.id, state: reader.state },
    function: functionName,
    fault: functionName === undefined ? undefined : faults.planned(functionName),
    deadLetters: own.reduce((count, { arn }) => {
      const { waiting, inProgress, delayed } = sqs.desk.depth(arn)
      return count + waiting + inProgress + delayed
    }, 0),
  }
}

/** As people call it: `queue ensemble-dev-x`, `stream of ensemble-dev-registrations`. */
function sourceName(arn: string): string {
  const table = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\//.exec(arn)?.[1]
  if (table !== undefined) return `stream of ${table}`
  if (arn.startsWith('arn:aws:sqs:')) return `queue ${lastPartOf(arn)}`
  if (arn.startsWith('arn:aws:lambda:')) return `function ${functionNameIn(arn)}`
  return arn
}
