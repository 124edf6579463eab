import * as z from 'zod'
import type { Invocation, Lambda } from '../lambda/index.ts'
import { parsed } from '../parsed.ts'

/** What an event source needs of Lambda. */
export type Functions = Pick<Lambda, 'invoke' | 'timeoutSeconds' | 'runInBackground'>

/** Something that reads a source and hands batches to a function, once. */
export interface Reader {
  readonly start: () => void
  /** Begins nothing from now on; resolves when what runs has ended. */
  readonly drain: () => Promise<void>
  /** The same, but waits for a grace only. */
  readonly stop: () => Promise<void>
}

/** Whether the source is a queue; else it is a stream. */
export const isQueue = (arn: string): boolean => arn.startsWith('arn:aws:sqs:')

const ignored = z.unknown().optional()
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
/** CloudFormation takes both. */
const Flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export const MappingProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: Flag.default(true),
  BatchSize: integer(1, 10_000).optional(),
  MaximumBatchingWindowInSeconds: integer(0, 300).default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: integer(2, 1000).optional() }).optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).max(10) }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  MaximumRetryAttempts: integer(-1, 10_000).default(-1),
  MaximumRecordAgeInSeconds: integer(-1, 604_800).default(-1),
  BisectBatchOnFunctionError: Flag.default(false),
  DestinationConfig: z
    .strictObject({
      OnFailure: z.strictObject({ Destination: z.string().regex(/^arn:aws:sqs:/, 'only a queue can be named') }),
    })
    .optional(),
  // How many batches of a shard may run at a time: one is among what that allows.
  ParallelizationFactor: ignored,
  // Encryption of the filter, metrics, labels: they change nothing that a function sees.
  KmsKeyArn: ignored,
  MetricsConfig: ignored,
  Tags: ignored,
})
export type Mapping = z.output<typeof MappingProperties>

/** As given, or Lambda's default for the kind of source. */
export const batchSizeOf = ({ BatchSize, EventSourceArn }: Mapping): number =>
  BatchSize ?? (isQueue(EventSourceArn) ? 10 : 100)

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish()

/**
 * Which of these items the function did not manage: all of them if it failed, if its answer is malformed, or if it names
 * an item that is none of them. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedItems(
  { payload, functionError }: Pick<Invocation, 'payload' | 'functionError'>,
  { FunctionResponseTypes }: Pick<Mapping, 'FunctionResponseTypes'>,
  items: readonly string[],
): ReadonlySet<string> {
  const all = new Set(items)
  if (functionError !== undefined) return all
  if (FunctionResponseTypes.length === 0) return new Set()
  const answer = BatchResponse.safeParse(parsed(payload))
  if (!answer.success) return all
  const failed = new Set(answer.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
  return failed.isSubsetOf(all) ? failed : all
}

const FunctionError = z.object({ errorType: z.string().optional(), errorMessage: z.string() })

/** One line that says why an invocation failed. */
export function errorOf({ payload, functionError }: Pick<Invocation, 'payload' | 'functionError'>): string | undefined {
  if (functionError === undefined) return undefined
  const { errorType = 'Error', errorMessage } = FunctionError.safeParse(parsed(payload)).data ?? {}
  return errorMessage === undefined ? functionError : `${errorType}: ${errorMessage}`
}
