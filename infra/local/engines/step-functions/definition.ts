import * as z from 'zod'
import { Fields, type JsonObject, Value } from './json.ts'

/** A sequence of states: a state machine, a branch, or what is done with each item. */
export interface Sequence {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}
export type State = z.output<typeof State>
export type Definition = z.output<typeof Definition>
export type TaskState = z.output<typeof Task>
export type ParallelState = z.output<typeof Parallel>
export type MapState = z.output<typeof MapOf>
export type WaitState = z.output<typeof Wait>
export type FailState = z.output<typeof Fail>

const PathOrNull = z.string().nullable()
const seconds = z.number().int().min(1).max(99_999_999)

const JsonPathOnly = z
  .literal('JSONPath', 'state machines in JSONata are not supported locally, only those in JSONPath')
  .optional()

const Common = {
  Comment: z.string().optional(),
  QueryLanguage: JsonPathOnly,
  InputPath: PathOrNull.default('$'),
  OutputPath: PathOrNull.default('$'),
}
const Flow = { ...Common, Next: z.string().optional(), End: z.boolean().optional() }
const Placed = { ...Flow, ResultPath: PathOrNull.default('$') }

const Retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: seconds.default(1),
  MaxAttempts: z.number().int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
})
const Catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: PathOrNull.default('$'),
})
const Guarded = {
  ...Placed,
  ResultSelector: Fields.optional(),
  Retry: z.array(Retrier).default([]),
  Catch: z.array(Catcher).default([]),
}

const Sequence: z.ZodType<Sequence> = z.lazy(() =>
  z.strictObject({
    Comment: z.string().optional(),
    QueryLanguage: JsonPathOnly,
    StartAt: z.string(),
    States: z.record(z.string().min(1).max(80), State),
    ProcessorConfig: z
      .strictObject({ Mode: z.literal('INLINE', 'a distributed Map is not supported locally') })
      .optional(),
  }),
)

const Task = z.strictObject({
  ...Guarded,
  Type: z.literal('Task'),
  Resource: z.string(),
  Parameters: Fields.optional(),
  TimeoutSeconds: seconds.optional(),
  TimeoutSecondsPath: z.string().optional(),
  HeartbeatSeconds: seconds.optional(),
  HeartbeatSecondsPath: z.string().optional(),
  // Whose rights a task has: here everything may do everything.
  Credentials: z.unknown().optional(),
})

const Parallel = z.strictObject({
  ...Guarded,
  Type: z.literal('Parallel'),
  Parameters: Fields.optional(),
  Branches: z.array(Sequence).min(1),
})

const MapOf = z.strictObject({
  ...Guarded,
  Type: z.literal('Map'),
  Label: z.string().optional(),
  ItemsPath: z.string().default('$'),
  ItemSelector: Fields.optional(),
  ItemProcessor: Sequence.optional(),
  MaxConcurrency: z.number().int().min(0).default(0),
  MaxConcurrencyPath: z.string().optional(),
  // What the two in the middle were called before.
  Parameters: Fields.optional(),
  Iterator: Sequence.optional(),
})

const Wait = z.strictObject({
  ...Flow,
  Type: z.literal('Wait'),
  Seconds: z.number().int().min(0).max(99_999_999).optional(),
  SecondsPath: z.string().optional(),
  Timestamp: z.string().optional(),
  TimestampPath: z.string().optional(),
})

const Fail = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: JsonPathOnly,
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  ErrorPath: z.string().optional(),
  Cause: z.string().optional(),
  CausePath: z.string().optional(),
})

const State = z.discriminatedUnion('Type', [
  Task,
  Parallel,
  MapOf,
  Wait,
  Fail,
  z.strictObject({ ...Common, Type: z.literal('Succeed') }),
  z.strictObject({ ...Placed, Type: z.literal('Pass'), Result: Value.optional(), Parameters: Fields.optional() }),
  z.strictObject({
    ...Common,
    Type: z.literal('Choice'),
    Choices: z.array(z.intersection(Fields, z.object({ Next: z.string() }))).min(1),
    Default: z.string().optional(),
  }),
])

/**
 * The Amazon States Language as far as it is supported: JSONPath, and Map without distribution.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export const Definition = z.strictObject({
  Comment: z.string().optional(),
  Version: z.literal('1.0').optional(),
  QueryLanguage: JsonPathOnly,
  StartAt: z.string(),
  States: z.record(z.string().min(1).max(80), State),
  TimeoutSeconds: seconds.optional(),
})

/** What is done with each item of a Map. */
export const processorOf = ({ ItemProcessor, Iterator }: MapState): Sequence | undefined => ItemProcessor ?? Iterator

/** What each item of a Map is turned into first. */
export const selectorOf = ({ ItemSelector, Parameters }: MapState): JsonObject | undefined => ItemSelector ?? Parameters
