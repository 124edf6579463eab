import { dirname } from 'node:path'
import { type App, Duration, Stack } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type * as z from 'zod'
import type { FunctionContract } from '../schemas/function.ts'
import { alarm } from './constructs/alarm.ts'
import { coreOf, type Deployment } from './constructs/deployment.ts'
import { tableExports } from './constructs/exports.ts'
import { lambdaFunction } from './constructs/function.ts'
import { grant, type Needs } from './constructs/needs.ts'
import { deadLetterQueue, workQueue } from './constructs/queue.ts'
import { httpRoutes } from './constructs/route.ts'
import { fill } from './constructs/rule.ts'
import { runEvery } from './constructs/schedule.ts'
import { follow } from './constructs/stream.ts'
import { type TableProps, table } from './constructs/table.ts'
import { type ConsumerFolder, exportsOf } from './contracts.ts'
import { Mistake } from './mistake.ts'
import type { Names } from './names.ts'
import { patternOf } from './pattern.ts'

const TIMEOUT_SECONDS = 6
const STREAM_TIMEOUT_SECONDS = 30
const SCHEDULED_TIMEOUT_SECONDS = 120

/** What `infrastructure.ts` in a consumer's folder is given, to add what is special about this consumer. */
export interface Consumer {
  readonly stack: Stack
  readonly handler: LambdaFunction
  readonly names: Names
  /** Adds to what the handler may do and is told. */
  readonly needs: (needs: Needs) => void
  /** Adds a table of the consumer's own. */
  readonly table: (name: string, props: TableProps) => TableV2
  /** Lets a table of the consumer's own be exported to S3; `record` says what its items hold. */
  readonly exports: (name: string, record: z.ZodObject) => void
  /** Adds a function, declared in `consumer.ts` and in the file of its name, that follows what changes in a table. */
  readonly follow: (
    changes: TableV2,
    contract: FunctionContract,
    props: { readonly filter: Readonly<Record<string, unknown>>; readonly needs?: Needs },
  ) => void
  /**
   * Adds a function, declared in `consumer.ts` and in the file of its name, that takes events of AWS itself, which are on
   * the account's default bus, through a queue of its own.
   */
  readonly watch: (
    contract: FunctionContract,
    props: { readonly eventPattern: Readonly<Record<string, unknown>>; readonly needs?: Needs },
  ) => void
  /** Adds a function, declared in `consumer.ts` and in the file of its name, that runs by itself again and again. */
  readonly schedule: (
    contract: FunctionContract,
    props: { readonly every: Duration; readonly needs?: Needs },
  ) => LambdaFunction
}

type Infrastructure = (consumer: Consumer) => void
const isInfrastructure = (value: unknown): value is Infrastructure => typeof value === 'function'

/** What a consumer's `infrastructure.ts` exports by default; `undefined` if it has none. */
export async function infrastructureOf({ infrastructure: path }: ConsumerFolder): Promise<Infrastructure | undefined> {
  if (path === undefined) return undefined
  const { default: infrastructure } = await exportsOf(path)
  if (!isInfrastructure(infrastructure)) throw new Mistake(`${path} must export a function by default.`)
  return infrastructure
}

/**
 * The stack of one consumer: rule, queue, function and alarms, the routes whose files are in its folder, and what its
 * `infrastructure` adds. It refers to the core stack by name wherever there is one, so it is deployed alone.
 */
export function consumerStack(
  app: App,
  { name, declaration }: Pick<ConsumerFolder, 'name' | 'declaration'>,
  deployment: Deployment,
  infrastructure?: Infrastructure,
): Stack {
  const core = coreOf(deployment)
  const { names } = core
  const folder = `consumers/${name}`
  const stack = new Stack(app, names.queue(name), { description: declaration.does })
  const deadLetters = deadLetterQueue(stack, 'DeadLetters', names.deadLetters(name))
  const queue = workQueue(stack, names.queue(name), { timeoutSeconds: TIMEOUT_SECONDS, deadLetters })
  const { does, events, sideEffect } = declaration
  fill(stack, queue, {
    name,
    // Whoever is about to replay to it reads this.
    description: sideEffect === undefined ? does : `${does} A rerun ${sideEffect}.`,
    eventBusName: names.bus,
    eventPattern: patternOf(events),
    undelivered: names.queue(`${name}-undelivered`),
  })

  const handler = lambdaFunction(
    stack,
    {
      name,
      timeoutSeconds: TIMEOUT_SECONDS,
      needs: { tables: { idempotency: ['GetItem', 'PutItem', 'BatchWriteItem', 'DeleteItem'] } },
      emits: declaration.emits,
      environment: { CONSUMER: name, DEAD_LETTERS_URL: deadLetters.queueUrl },
    },
    core,
  )
  handler.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }))
  const { maxConcurrency } = declaration
  handler.addEventSource(
    new SqsEventSource(queue, {
      batchSize: 10,
      reportBatchItemFailures: true,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    }),
  )
  alarms(stack, queue, handler)

  httpRoutes(stack, folder, core)

  infrastructure?.({
    stack,
    handler,
    names,
    needs: (needs) => grant(handler, needs, core),
    table: (tableName, props) => table(stack, tableName, props, core),
    exports: (tableName, record) => tableExports(stack, tableName, record, core),
    follow: (changes, contract, { filter, needs = {} }) => {
      if (!changes.tableStreamArn)
        throw new Mistake(`${changes.node.id} has no stream that ${contract.name} could follow.`)
      const { name: functionName, emits } = contract
      const fn = lambdaFunction(
        stack,
        { name: functionName, timeoutSeconds: STREAM_TIMEOUT_SECONDS, needs, emits },
        core,
      )
      const failed = deadLetterQueue(stack, `${functionName}DeadLetters`, names.deadLetters(functionName))
      follow(fn, changes.tableStreamArn, { filter, deadLetters: failed })
    },
    watch: ({ name: functionName, does: description, emits }, { eventPattern, needs = {} }) => {
      const timeoutSeconds = TIMEOUT_SECONDS
      const home = new Construct(stack, `${functionName}Events`)
      const failed = deadLetterQueue(home, 'DeadLetters', names.deadLetters(functionName))
      const taken = workQueue(home, names.queue(functionName), { timeoutSeconds, deadLetters: failed })
      const undelivered = names.queue(`${functionName}-undelivered`)
      fill(home, taken, { name: names.function(functionName), description, eventPattern, undelivered })
      const fn = lambdaFunction(stack, { name: functionName, timeoutSeconds, needs, emits }, core)
      fn.addEventSource(new SqsEventSource(taken, { batchSize: 10, reportBatchItemFailures: true }))
    },
    schedule: ({ name: functionName, does, emits }, { every, needs = {} }) => {
      const timeoutSeconds = SCHEDULED_TIMEOUT_SECONDS
      const fn = lambdaFunction(stack, { name: functionName, timeoutSeconds, needs, emits }, core)
      runEvery(fn, every, { ruleName: names.function(functionName), description: does })
      return fn
    },
  })
  const idle = core.functions.find((entry) => dirname(entry.path) === folder && !stack.node.tryFindChild(entry.name))
  if (idle) throw new Mistake(`${idle.path} exports a handler that no route and no infrastructure.ts uses.`)
  return stack
}

function alarms(stack: Stack, queue: Queue, handler: LambdaFunction): void {
  const period = Duration.minutes(5)
  alarm(stack, 'Age', queue.metricApproximateAgeOfOldestMessage({ period }), {
    above: 300,
    tells: 'An event has been waiting for more than five minutes.',
  })
  alarm(stack, 'Errors', handler.metricErrors({ period }), { above: 0, tells: 'The function failed as a whole.' })
  alarm(stack, 'Throttles', handler.metricThrottles({ period }), {
    above: 0,
    tells: 'The function was not started: too many run at once.',
  })
}
