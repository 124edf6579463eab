import * as z from 'zod'
import type { Streams } from './dynamodb/streams.ts'
import { type CloudContext, type Engine, resourceType } from './engine.ts'
import { openCheckpoints } from './event-sources/checkpoints.ts'
import { type Poller, pollQueue, type SqsSource } from './event-sources/sqs-source.ts'
import { followStream, type StreamSource } from './event-sources/stream-source.ts'
import type { Settlement } from './eventbridge/index.ts'
import { compilePattern } from './eventbridge/pattern/index.ts'
import type { Lambda } from './lambda/index.ts'
import type { Sqs } from './sqs.ts'

export interface EventSources extends Engine {
  /** Is there a function that takes messages from this queue, and will report on them? */
  readonly reads: (queueArn: string) => boolean
}

interface Dependencies {
  readonly sqs: Sqs
  readonly streams: Streams
  readonly lambda: Lambda
  readonly report: (settlement: Settlement) => void
}

/** Lambda begins with five and goes up to a thousand; two cores have no use for more than a few. */
const QUEUE_CONCURRENCY = 2

const Flag = z.union([z.boolean(), z.stringbool()])
const Properties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10_000).optional(),
  Enabled: Flag.default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
    .default({}),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).min(1) }).optional(),
  StartingPosition: z.literal('TRIM_HORIZON').optional(),
  MaximumRetryAttempts: z.coerce.number().int().min(-1).default(-1),
  BisectBatchOnFunctionError: Flag.default(false),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).optional(),
  // A batch is whatever is there; one machine has no reason to wait for more.
  MaximumBatchingWindowInSeconds: z.unknown().optional(),
  Tags: z.unknown().optional(),
})
type Properties = z.output<typeof Properties>

/** Lambda's event source mappings for queues and for tables' streams. */
export function createEventSources(context: CloudContext, dependencies: Dependencies): EventSources {
  const { sqs, report } = dependencies
  const checkpoints = openCheckpoints(context.database)
  const queues = new Map<string, SqsSource>()
  const streams = new Map<string, StreamSource>()
  const pollers: Poller[] = []

  // How often it was tried and how long that took is known from the attempts themselves.
  sqs.onDeadLettered((queueArn, messageId) => {
    if (queues.has(queueArn)) report({ queueArn, messageId, outcome: 'dead', attempts: 0, ms: 0 })
  })

  return {
    resources: {
      'AWS::Lambda::EventSourceMapping': resourceType({
        properties: Properties,
        provision: ({ stack, logicalId, properties }) => {
          const id = `${stack}-${logicalId}`
          if (!properties.Enabled) return { ref: id }
          if (properties.EventSourceArn.startsWith('arn:aws:sqs:'))
            queues.set(properties.EventSourceArn, toSqsSource(properties))
          else streams.set(id, toStreamSource(properties))
          return { ref: id }
        },
      }),
    },
    reads: (queueArn) => queues.has(queueArn),
    start: () => {
      for (const source of queues.values()) pollers.push(pollQueue(source, context, dependencies))
      for (const source of streams.values())
        pollers.push(followStream(source, context, { ...dependencies, checkpoints }))
    },
    stop: async () => {
      await Promise.all(pollers.splice(0).map(({ stop }) => stop()))
    },
  }
}

function toSqsSource({
  EventSourceArn,
  FunctionName,
  BatchSize = 10,
  FunctionResponseTypes,
  ScalingConfig,
  FilterCriteria,
}: Properties): SqsSource {
  if (FilterCriteria)
    throw new Error(`The event source mapping of ${EventSourceArn} filters messages, which is not supported locally`)
  return {
    queueArn: EventSourceArn,
    functionName: FunctionName,
    batchSize: BatchSize,
    concurrency: Math.min(QUEUE_CONCURRENCY, ScalingConfig.MaximumConcurrency ?? QUEUE_CONCURRENCY),
    reportsItemFailures: FunctionResponseTypes.length > 0,
  }
}

const toStreamSource = (properties: Properties): StreamSource => ({
  streamArn: properties.EventSourceArn,
  functionName: properties.FunctionName,
  batchSize: Math.min(1000, properties.BatchSize ?? 100),
  maxRetries: properties.MaximumRetryAttempts,
  bisects: properties.BisectBatchOnFunctionError,
  reportsItemFailures: properties.FunctionResponseTypes.length > 0,
  filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern)),
  deadLetterArn: properties.DestinationConfig?.OnFailure?.Destination,
})
