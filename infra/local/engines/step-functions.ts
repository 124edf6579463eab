import { createHash } from 'node:crypto'
import * as z from 'zod'
import { Mistake } from '../../mistake.ts'
import { AwsError, type CloudContext, type Engine, resourceType } from './engine.ts'
import { jsonService } from './json-service.ts'
import { physicalId, physicalName } from './physical-name.ts'
import { operations } from './step-functions/api.ts'
import { openCourses } from './step-functions/courses.ts'
import { createExecutor } from './step-functions/executor.ts'
import { type ExecutionGraph, type ExecutionSummary, graphOf, summarize } from './step-functions/graph.ts'
import { createIntegrations, type IntegrationDependencies } from './step-functions/integrations.ts'
import { openMachines } from './step-functions/machines.ts'
import { readDefinition } from './step-functions/read-definition.ts'
import { type Execution, type ExecutionFilter, openStore } from './step-functions/store.ts'

export interface StepFunctions extends Engine {
  /**
   * Starts an execution with an event as its input, once however often the event is delivered. On disk when it returns.
   * Throws `AwsError`.
   */
  readonly startForEvent: (stateMachineArn: string, input: string, eventId: string, traceId?: string) => void
  /** Newest first. */
  readonly executions: (filter: ExecutionFilter) => readonly ExecutionSummary[]
  /** Those that an event of this correlation id has started, newest first. */
  readonly correlated: (correlationId: string, limit: number) => readonly ExecutionSummary[]
  /** How many run. */
  readonly running: () => number
  /** One execution with all states that it entered. */
  readonly execution: (arn: string) => ExecutionGraph | undefined
  /** Calls the listener when an execution began, went on or ended; answers how to stop it. */
  readonly onChange: (listener: (executionArn: string) => void) => () => void
}

interface Dependencies extends Pick<IntegrationDependencies, 'invoke' | 'service' | 'refusal'> {
  /** An execution began or ended: a detail for EventBridge. */
  readonly announce: (executionArn: string, detail: Readonly<Record<string, unknown>>) => void
  /** Of 0 to 1, for jitter. */
  readonly random?: () => number
}

const ignored = z.unknown().optional()

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
const MachineProperties = z.strictObject({
  StateMachineName: z
    .string()
    .regex(/^[\w-]{1,80}$/)
    .optional(),
  StateMachineType: z.literal('STANDARD', 'only STANDARD state machines run here').default('STANDARD'),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.coerce.string()).default({}),
  RoleArn: z.string(),
  LoggingConfiguration: z
    .strictObject({
      Destinations: z
        .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
        .default([]),
      IncludeExecutionData: z.boolean().default(false),
      Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).default('OFF'),
    })
    .default({ Destinations: [], IncludeExecutionData: false, Level: 'OFF' }),
  TracingConfiguration: z.strictObject({ Enabled: z.boolean().default(false) }).default({ Enabled: false }),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  // State lies unencrypted in a folder that is the developer's own.
  EncryptionConfiguration: ignored,
})

/**
 * Step Functions: standard state machines in JSONPath, on an interpreter of our own. Each step of an execution is a
 * transaction, so that after a SIGKILL it goes on with the state that was running; its task is then called again.
 * https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html
 */
export function createStepFunctions(
  context: CloudContext,
  { invoke, service, refusal, announce, random = Math.random }: Dependencies,
): StepFunctions {
  const { account, region, database, now } = context
  const store = openStore(database, now)
  const courseOf = openCourses(database)
  const summary = (execution: Execution) => summarize(execution, courseOf(execution.id))
  const machines = openMachines(database, now)
  const listeners = new Set<(executionArn: string) => void>()
  const executor = createExecutor(context, {
    store,
    machines,
    random,
    call: createIntegrations({
      region,
      invoke,
      service,
      refusal,
      start: (input) => {
        const { arn, startedAt } = executor.start(input)
        return { executionArn: arn, startedAt }
      },
    }),
    changed: (arn) => {
      for (const listener of listeners) listener(arn)
    },
    statusChanged: (execution) => announce(execution.arn, statusDetail(execution)),
  })

  return {
    resources: {
      'AWS::StepFunctions::StateMachine': resourceType({
        properties: MachineProperties,
        provision: (resource) => {
          const { properties } = resource
          const name = properties.StateMachineName ?? physicalName(resource, 80)
          const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`
          const definition = substitute(properties.DefinitionString, properties.DefinitionSubstitutions)
          check(name, definition)
          const { Destinations, IncludeExecutionData, Level } = properties.LoggingConfiguration
          machines.put({
            arn,
            name,
            definition,
            roleArn: properties.RoleArn,
            loggingConfiguration: {
              level: Level,
              includeExecutionData: IncludeExecutionData,
              ...(Destinations.length === 0 ? {} : { destinations: Destinations.map(logGroupOf) }),
            },
            isTraced: properties.TracingConfiguration.Enabled,
            tags: properties.Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
          })
          return {
            ref: arn,
            attributes: { Arn: arn, Name: name, StateMachineRevisionId: physicalId(resource, 32) },
          }
        },
      }),
    },
    services: { states: jsonService('1.0', operations({ store, machines, executor })) },
    start() {
      executor.resume()
    },
    stop() {
      executor.close()
    },
    startForEvent(stateMachineArn, input, eventId, traceHeader) {
      // A replay of the event is another input, and so another execution.
      const name = `${eventId}_${createHash('sha256').update(input).digest('hex').slice(0, 12)}`
      try {
        executor.start({ stateMachineArn, name, input, traceHeader })
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'ExecutionAlreadyExists') throw error
      }
    },
    executions: (filter) => store.executions(filter).map(summary),
    correlated: (correlationId, limit) => store.correlated(correlationId, limit).map(summary),
    running: store.runningCount,
    execution: (arn) => {
      const execution = store.execution(arn)
      return execution && graphOf(store, execution, courseOf(execution.id))
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Only names that are given are replaced: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-sam-sfn.html */
const substitute = (definition: string, substitutions: Readonly<Record<string, string>>): string =>
  definition.replaceAll(/\$\{(\w+)\}/g, (text, name: string) => substitutions[name] ?? text)

function check(name: string, definition: string): void {
  try {
    readDefinition(definition)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Mistake(`The state machine ${name} cannot run locally: ${error.message}`)
  }
}

const logGroupOf = ({ CloudWatchLogsLogGroup }: { CloudWatchLogsLogGroup: { LogGroupArn: string } }) => ({
  cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup.LogGroupArn },
})

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const statusDetail = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machineArn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startedAt,
  stopDate: execution.stoppedAt ?? null,
  input: execution.input,
  inputDetails: { included: true },
  output: execution.output ?? null,
  outputDetails: execution.output === undefined ? null : { included: true },
  error: execution.error ?? null,
  cause: execution.cause ?? null,
})
