import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type App, Duration, Stack } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  DefinitionBody,
  Errors,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  StateMachine,
  TaskInput,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions'
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { type EventContract, sourceOf } from '../schemas/event.ts'
import { accept } from './constructs/accept.ts'
import { alarm } from './constructs/alarm.ts'
import { type Core, coreOf, type Deployment } from './constructs/deployment.ts'
import { lambdaFunction } from './constructs/function.ts'
import { mayEmit, type Needs } from './constructs/needs.ts'
import { removalPolicyOf } from './constructs/removal.ts'
import { type TableProps, table } from './constructs/table.ts'
import { exportsOf, type WorkflowFolder } from './contracts.ts'
import { Mistake } from './mistake.ts'
import { root } from './paths.ts'
import type { Settings } from './settings.ts'

const TASK_TIMEOUT_SECONDS = 10

/** How often something that may pass is tried again: first after a second, then after ever longer, all by chance. */
interface Retry {
  readonly attempts: number
  /** Between two attempts. */
  readonly longestSeconds: number
  /** Names of errors that no retry can make right. */
  readonly never?: readonly string[]
}

interface TaskProps {
  readonly needs: Needs
  readonly retry: Retry
  /** Where in what the execution carries its answer goes; nowhere, if not given. */
  readonly resultPath?: string
  /** Environments that are kept ready; the function is then called by an alias, also where there are none. */
  readonly provisionedConcurrency?: number
}

/** What `definition.ts` in a workflow's folder is given, to make its states of. */
export interface Workflow {
  readonly stack: Stack
  readonly settings: Settings
  /** Adds a table of the workflow's own. */
  readonly table: (name: string, props: TableProps) => TableV2
  /** A state that calls the function in the file of this name. */
  readonly task: (title: string, name: string, props: TaskProps) => TaskStateBase
  /** A state that puts an event on the bus whose detail is at `detailPath` in what the execution carries. */
  readonly tell: (
    title: string,
    contract: EventContract,
    props: { readonly detailPath: string; readonly retry: Retry },
  ) => TaskStateBase
}

type Definition = (workflow: Workflow) => IChainable
const isDefinition = (value: unknown): value is Definition => typeof value === 'function'

/** What a workflow's `definition.ts` exports by default. Throws a `Mistake` if that is not what it should be. */
export async function definitionOf({ name }: WorkflowFolder): Promise<Definition> {
  const path = `workflows/${name}/definition.ts`
  if (!existsSync(join(root, path))) throw new Mistake(`There is no ${path}: it must make the states of the workflow.`)
  const { default: definition } = await exportsOf(path)
  if (!isDefinition(definition)) throw new Mistake(`${path} must export a function by default.`)
  return definition
}

/**
 * The stack of one workflow: its tasks' functions, its tables, and the state machine that its `definition` makes of them.
 * It refers to other stacks by name only. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html
 */
export function workflowStack(
  app: App,
  { name, declaration }: Pick<WorkflowFolder, 'name' | 'declaration'>,
  deployment: Deployment,
  definition: Definition,
): Stack {
  const core = coreOf(deployment)
  const { names, settings } = core
  const stack = new Stack(app, names.workflow(name), { description: declaration.does })
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') })
  const called: string[] = []

  const states = definition({
    stack,
    settings,
    table: (tableName, props) => table(stack, tableName, props, core),
    task: (title, functionName, { needs, retry, resultPath = JsonPath.DISCARD, provisionedConcurrency }) => {
      const fn = lambdaFunction(stack, { name: functionName, timeoutSeconds: TASK_TIMEOUT_SECONDS, needs }, core)
      alarm(stack, `${functionName}Throttles`, fn.metricThrottles({ period: Duration.minutes(5) }), {
        above: 0,
        tells: 'The function was not started: too many run at once.',
      })
      const target = provisionedConcurrency === undefined ? fn : live(fn, provisionedConcurrency)
      called.push(target.functionArn)
      const state = new LambdaInvoke(stack, title, {
        lambdaFunction: target,
        payloadResponseOnly: true,
        resultPath,
        taskTimeout: Timeout.duration(Duration.seconds(TASK_TIMEOUT_SECONDS + 5)),
        retryOnServiceExceptions: false,
      })
      return retrying(state, retry)
    },
    tell: (title, contract, { detailPath, retry }) => {
      if (!declaration.emits.includes(contract))
        throw new Mistake(`The workflow ${name} does not declare ${contract.name}: add it to \`emits\`.`)
      const entry = {
        eventBus: EventBus.fromEventBusName(stack, `${contract.name}Bus`, names.bus),
        source: sourceOf(contract),
        detailType: contract.name,
        detail: TaskInput.fromJsonPathAt(detailPath),
      }
      const state = new EventBridgePutEvents(stack, title, { entries: [entry], resultPath: JsonPath.DISCARD })
      return retrying(state, retry)
    },
  })
  const idle = core.functions.find(
    ({ name: task, path }) => dirname(path) === `workflows/${name}` && !stack.node.tryFindChild(task),
  )
  if (idle) throw new Mistake(`${idle.path} exports a handler that definition.ts does not use.`)

  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: called }))
  for (const statement of mayEmit(declaration.emits, core, stack)) role.addToPolicy(statement)
  stateMachine(stack, states, role, { name, does: declaration.does }, core)
  return stack
}

/**
 * Provisioned concurrency belongs to a version, which is called by an alias.
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
function live(fn: LambdaFunction, provisionedConcurrency: number): IFunction {
  const alias = fn.addAlias(
    'live',
    provisionedConcurrency > 0 ? { provisionedConcurrentExecutions: provisionedConcurrency } : {},
  )
  return LambdaFunction.fromFunctionArn(fn, 'Live', alias.functionArn)
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
function retrying<State extends TaskStateBase>(state: State, { attempts, longestSeconds, never = [] }: Retry): State {
  if (never.length > 0) state.addRetry({ errors: [...never], maxAttempts: 0 })
  state.addRetry({
    errors: [Errors.ALL],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: attempts,
    maxDelay: Duration.seconds(longestSeconds),
    jitterStrategy: JitterType.FULL,
  })
  return state
}

/** Its log tells what happened but not what it was about, which is somebody's order. */
function stateMachine(
  stack: Stack,
  states: IChainable,
  role: Role,
  { name, does }: { readonly name: string; readonly does: string },
  { names, settings }: Core,
): void {
  const logGroup = new LogGroup(stack, 'Logs', {
    logGroupName: `/aws/vendedlogs/states/${names.workflow(name)}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicyOf(settings.stage),
  })
  role.addToPolicy(new PolicyStatement({ actions: LOGGING_AND_TRACING, resources: ['*'] }))
  accept(role, 'Log deliveries and traces have no resources to name.', 'AwsSolutions-IAM5[Resource::*]')
  const machine = new StateMachine(stack, 'StateMachine', {
    stateMachineName: names.workflow(name),
    comment: does,
    definitionBody: DefinitionBody.fromChainable(states),
    // Its rights are those above, to the letter; the CDK's own would be wider.
    role: role.withoutPolicyUpdates(),
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    tracingEnabled: true,
  })
  machine.node.addDependency(role)
  alarm(stack, 'Failed', machine.metricFailed({ period: Duration.minutes(5) }), {
    above: 0,
    tells: 'An execution failed as a whole: something may be neither done nor undone.',
  })
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOGGING_AND_TRACING = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
]
