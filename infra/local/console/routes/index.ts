import type { ConsoleRoute } from '../route.ts'
import { type BucketDeps, bucketRoutes } from './buckets.ts'
import { type ChainDeps, chainRoutes } from './chains.ts'
import { type ConsumerDeps, consumerRoutes } from './consumers.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { type EmailDeps, emailRoutes } from './emails.ts'
import { type EventDeps, eventRoutes } from './events.ts'
import { type ExecutionDeps, executionRoutes } from './executions.ts'
import { type FunctionDeps, functionRoutes } from './functions.ts'
import { type LogDeps, logRoutes } from './log.ts'
import { type ReplayDeps, replayRoutes } from './replays.ts'
import { type ScheduleDeps, scheduleRoutes } from './schedules.ts'
import { type SchemaDeps, schemaRoutes } from './schemas.ts'
import { type StatusDeps, statusRoutes } from './status.ts'
import { type TableDeps, tableRoutes } from './tables.ts'
import { type TopicDeps, topicRoutes } from './topics.ts'
import { type UserDeps, userRoutes } from './users.ts'

/** What all routes together need of the cloud; each topic names its part. */
export type ConsoleDeps = BucketDeps &
  ChainDeps &
  ConsumerDeps &
  EmailDeps &
  EventDeps &
  ExecutionDeps &
  FunctionDeps &
  LogDeps &
  ReplayDeps &
  ScheduleDeps &
  SchemaDeps &
  StatusDeps &
  TableDeps &
  TopicDeps &
  UserDeps

/** The JSON behind the console's pages: one file for each topic, one line for each file. */
export const consoleRoutes = (deps: ConsoleDeps): readonly ConsoleRoute[] => [
  ...statusRoutes(deps),
  ...emailRoutes(deps),
  ...eventRoutes(deps),
  ...logRoutes(deps),
  ...chainRoutes(deps),
  ...replayRoutes(deps),
  ...consumerRoutes(deps),
  ...scheduleRoutes(deps),
  ...executionRoutes(deps),
  ...deadLetterRoutes(deps),
  ...schemaRoutes(deps),
  ...tableRoutes(deps),
  ...bucketRoutes(deps),
  ...functionRoutes(deps),
  ...userRoutes(deps),
  ...topicRoutes(deps),
]
