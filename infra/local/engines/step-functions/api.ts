import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import type { Executor } from './executor.ts'
import { eventOf } from './history.ts'
import { checkArn, type Machine, type openMachines } from './machines.ts'
import { type Execution, Status, type Store } from './store.ts'

interface Parts {
  readonly store: Store
  readonly machines: ReturnType<typeof openMachines>
  readonly executor: Executor
}

const DEFAULT_PAGE = 100
const MAX_TOKEN = 3096
const Arn = z.string().min(1).max(256)
const Paging = {
  maxResults: z.number().int().min(0).max(1000).default(0),
  nextToken: z.string().min(1).max(MAX_TOKEN).optional(),
}
const Trace = z.string().max(256).optional()

/** A page's size; 0 is the default's. */
const sizeOf = (maxResults: number): number => maxResults || DEFAULT_PAGE

/**
 * One page of what was asked for with one more than fits, and the token of the next: the key of its last item.
 */
function pageOf<Item>(found: readonly Item[], maxResults: number, keyOf: (item: Item) => number | string) {
  const items = found.slice(0, sizeOf(maxResults))
  const last = found.length > items.length ? items.at(-1) : undefined
  const token = last === undefined ? undefined : Buffer.from(`after ${keyOf(last)}`).toString('base64url')
  return { items, ...(token === undefined ? {} : { nextToken: token }) }
}

function keyIn(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const [, key] = /^after (.+)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? []
  if (key === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
  return key
}

const numberIn = (token: string | undefined): number | undefined => {
  const key = keyIn(token)
  return key === undefined ? undefined : Number(key)
}

/**
 * The operations, by name. Times are epoch seconds.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export function operations({ store, machines, executor }: Parts): Readonly<Record<string, Operation>> {
  function get(arn: string): Execution {
    checkArn(arn, 'execution')
    const execution = store.execution(arn)
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
    return execution
  }

  return {
    ListStateMachines: operation(z.object(Paging), ({ maxResults, nextToken }) => {
      const after = keyIn(nextToken) ?? ''
      const rest = machines.all().filter(({ name }) => name > after)
      const { items, ...next } = pageOf(rest, maxResults, ({ name }) => name)
      return {
        stateMachines: items.map(({ arn, name, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type: 'STANDARD',
          creationDate: createdAt / 1000,
        })),
        ...next,
      }
    }),

    DescribeStateMachine: operation(z.object({ stateMachineArn: Arn }), ({ stateMachineArn }) => {
      const machine = machines.get(stateMachineArn)
      return { ...describe(machine), status: 'ACTIVE', type: 'STANDARD', creationDate: machine.createdAt / 1000 }
    }),

    DescribeStateMachineForExecution: operation(z.object({ executionArn: Arn }), ({ executionArn }) => {
      const execution = get(executionArn)
      const machine = machines.get(execution.machineArn)
      const { definition, roleArn } = execution
      return {
        ...describe({ ...machine, definition: store.definition(definition), roleArn }),
        updateDate: machine.updatedAt / 1000,
      }
    }),

    StartExecution: operation(
      z.object({
        stateMachineArn: Arn,
        name: z.string().optional(),
        input: z.string().optional(),
        traceHeader: Trace,
      }),
      ({ stateMachineArn, name, input, traceHeader }, { headers }) => {
        const trace = headers['x-amzn-trace-id']
        const { arn, startedAt } = executor.start({
          stateMachineArn,
          name,
          input,
          traceHeader: traceHeader ?? (typeof trace === 'string' ? trace : undefined),
        })
        return { executionArn: arn, startDate: startedAt / 1000 }
      },
    ),

    StartSyncExecution: operation(z.object({ stateMachineArn: Arn }), ({ stateMachineArn }) => {
      machines.get(stateMachineArn)
      throw new AwsError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      )
    }),

    StopExecution: operation(
      z.object({ executionArn: Arn, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
      ({ executionArn, error, cause }) => {
        checkArn(executionArn, 'execution')
        return { stopDate: executor.stop(executionArn, outcomeOf(error, cause)) / 1000 }
      },
    ),

    DescribeExecution: operation(z.object({ executionArn: Arn }), ({ executionArn }) => {
      const execution = get(executionArn)
      const { status, input, output, error, cause, trace } = execution
      return {
        ...summary(execution),
        input,
        inputDetails: { included: true },
        ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
        ...outcomeOf(error, cause),
        ...(trace === undefined ? {} : { traceHeader: trace }),
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      }
    }),

    ListExecutions: operation(
      z.object({ stateMachineArn: Arn, statusFilter: Status.or(z.literal('PENDING_REDRIVE')).optional(), ...Paging }),
      ({ stateMachineArn, statusFilter, maxResults, nextToken }) => {
        const { arn } = machines.get(stateMachineArn)
        if (statusFilter === 'PENDING_REDRIVE') return { executions: [] }
        const limit = sizeOf(maxResults) + 1
        const found = store.executions({ machineArn: arn, status: statusFilter, before: numberIn(nextToken), limit })
        const { items, ...next } = pageOf(found, maxResults, ({ id }) => id)
        return { executions: items.map(summary), ...next }
      },
    ),

    GetExecutionHistory: operation(
      z.object({
        executionArn: Arn,
        reverseOrder: z.boolean().default(false),
        includeExecutionData: z.boolean().default(true),
        ...Paging,
      }),
      ({ executionArn, reverseOrder, includeExecutionData, maxResults, nextToken }) => {
        const { id } = get(executionArn)
        const from = numberIn(nextToken) ?? (reverseOrder ? Number.MAX_SAFE_INTEGER : 0)
        const found = store.events(id, from, sizeOf(maxResults) + 1, reverseOrder)
        const { items, ...next } = pageOf(found, maxResults, (event) => event.id)
        return { events: items.map((event) => eventOf(event, includeExecutionData)), ...next }
      },
    ),

    SendTaskSuccess: operation(
      z.object({ taskToken: z.string().min(1).max(2048), output: z.string().max(262_144) }),
      ({ taskToken, output }) => {
        checkJson(output)
        executor.settle(taskToken, { output })
      },
    ),

    SendTaskFailure: operation(
      z.object({
        taskToken: z.string().min(1).max(2048),
        error: z.string().max(256).optional(),
        cause: z.string().max(32_768).optional(),
      }),
      ({ taskToken, error, cause }) => executor.settle(taskToken, outcomeOf(error, cause)),
    ),

    SendTaskHeartbeat: operation(z.object({ taskToken: z.string().min(1).max(2048) }), ({ taskToken }) =>
      executor.beat(taskToken),
    ),

    ListTagsForResource: operation(z.object({ resourceArn: Arn }), ({ resourceArn }) => ({
      tags: machines.get(resourceArn).tags,
    })),
  }
}

const outcomeOf = (error: string | undefined, cause: string | undefined): { error?: string; cause?: string } => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})

const describe = ({ arn, name, definition, roleArn, loggingConfiguration, isTraced }: Omit<Machine, 'tags'>) => ({
  stateMachineArn: arn,
  name,
  definition,
  roleArn,
  loggingConfiguration,
  tracingConfiguration: { enabled: isTraced },
})

const summary = ({ arn, machineArn, name, status, startedAt, stoppedAt }: Execution) => ({
  executionArn: arn,
  stateMachineArn: machineArn,
  name,
  status,
  startDate: startedAt / 1000,
  ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
  redriveCount: 0,
})

function checkJson(output: string): void {
  try {
    JSON.parse(output)
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${error instanceof Error ? error.message : error}'`)
  }
}
