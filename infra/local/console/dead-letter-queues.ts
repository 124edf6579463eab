import type { EventSources } from '../engines/event-sources.ts'
import type { EventBridge } from '../engines/eventbridge/index.ts'
import { functionNameIn } from '../engines/lambda/function-name.ts'
import type { Sqs } from '../engines/sqs.ts'
import { shortNames } from './short-names.ts'

export interface DeadLetterDeps {
  readonly sqs: Pick<Sqs, 'desk' | 'exists'>
  readonly eventBridge: Pick<EventBridge, 'subscriptions' | 'attempted'>
  readonly eventSources: Pick<EventSources, 'all'>
}

/** Somebody whose dead letters go to a queue. */
interface Feed {
  /** `failed`: received too often; `undelivered`: not delivered to it; `stream`: changes of a table, given up. */
  readonly kind: 'failed' | 'undelivered' | 'stream'
  /** The consumer's name or, of one without a rule, the function's or the queue's. */
  readonly owner: string
  /** The ARN of what it reads. */
  readonly source: string
}

export interface DeadLetterQueue {
  readonly arn: string
  readonly name: string
  readonly feeds: readonly Feed[]
}

/** Of a queue or a function, its name. */
export const lastPartOf = (arn: string): string => arn.split(':').at(-1) ?? arn

/** Every queue that something or somebody names as the place for its dead letters, in the order of their names. */
export function deadLetterQueues({ sqs, eventBridge, eventSources }: DeadLetterDeps): readonly DeadLetterQueue[] {
  const subscriptions = eventBridge.subscriptions.all()
  const mappings = eventSources.all()
  const short = shortNames(eventBridge)
  const ownerOf = (queueArn: string): string =>
    subscriptions.find(({ target }) => target.Arn === queueArn)?.consumer ??
    mappings.find(({ properties }) => properties.EventSourceArn === queueArn)?.properties.FunctionName ??
    lastPartOf(queueArn)

  const found: readonly (Feed & { readonly arn: string | undefined })[] = [
    ...[...sqs.desk.deadLetterSources()].flatMap(([arn, sources]) =>
      sources.map((source) => ({ arn, kind: 'failed' as const, owner: ownerOf(source), source })),
    ),
    ...subscriptions.map(({ consumer, target }) => ({
      arn: target.DeadLetterConfig?.Arn,
      kind: 'undelivered' as const,
      owner: consumer,
      source: target.Arn,
    })),
    ...mappings.map(({ functionArn, properties }) => ({
      arn: properties.DestinationConfig?.OnFailure.Destination,
      kind: 'stream' as const,
      owner: functionNameIn(functionArn),
      source: properties.EventSourceArn,
    })),
  ]
  return [...Map.groupBy(found, ({ arn }) => arn)]
    .flatMap(([arn, feeds]) =>
      arn !== undefined && sqs.exists(arn)
        ? [
            {
              arn,
              name: lastPartOf(arn),
              feeds: feeds.map(({ kind, owner, source }) => ({ kind, owner: short(owner), source })),
            },
          ]
        : [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
