import * as z from 'zod'

/** Where a rule sends its events. The fields are the API's and CloudFormation's, which agree. */
export const Target = z.strictObject({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string().min(1).max(1600),
  Input: z.string().max(8192).optional(),
  InputPath: z.string().max(256).optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string().max(256)).optional(),
      InputTemplate: z.string().min(1).max(8192),
    })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).optional(),
      MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  // Whose permissions deliver: on one machine nobody's are needed.
  RoleArn: z.string().optional(),
})
export type Target = z.output<typeof Target>

export const RuleState = z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'])

/** What a resource from a template was last provisioned with: changes made by API stay until the template changes. */
const provisionedAs = z.string().optional()

export const Bus = z.object({
  name: z.string(),
  description: z.string().optional(),
  /** Epoch milliseconds, as everywhere in here. */
  createdAt: z.number(),
  provisionedAs,
})
export type Bus = z.output<typeof Bus>

export const Rule = z.object({
  arn: z.string(),
  bus: z.string(),
  name: z.string(),
  description: z.string().optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  roleArn: z.string().optional(),
  state: RuleState,
  targets: z.array(Target),
  createdAt: z.number(),
  provisionedAs,
})
export type Rule = z.output<typeof Rule>

export const Archive = z.object({
  name: z.string(),
  bus: z.string(),
  description: z.string().optional(),
  eventPattern: z.string().optional(),
  /** 0: for ever. */
  retentionDays: z.number(),
  createdAt: z.number(),
  provisionedAs,
})
export type Archive = z.output<typeof Archive>

const ReplayState = z.enum(['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'])

export const Replay = z.object({
  name: z.string(),
  archive: z.string(),
  bus: z.string(),
  description: z.string().optional(),
  /** The times of the events, in epoch seconds, both inclusive. */
  from: z.number(),
  to: z.number(),
  /** ARNs of the rules that get them; empty: all. */
  rules: z.array(z.string()),
  /** Only events of these names; undefined: all. */
  names: z.array(z.string()).optional(),
  state: ReplayState,
  stateReason: z.string().optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  /** The last event read, by time in epoch seconds and then by place in the journal. */
  after: z.object({ time: z.number(), event: z.number() }),
  /** The newest event there was when it started, by place in the journal: what a replay causes is not replayed by it. */
  last: z.number(),
  /** Epoch seconds. */
  lastReplayedTime: z.number().optional(),
})
export type Replay = z.output<typeof Replay>
