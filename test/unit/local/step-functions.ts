import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { onTestFinished } from 'vitest'
import { AwsError, type Service } from '../../../infra/local/engines/engine.ts'
import type { Refusal } from '../../../infra/local/engines/iam.ts'
import type { Invocation } from '../../../infra/local/engines/lambda/index.ts'
import { createStepFunctions } from '../../../infra/local/engines/step-functions.ts'
import { untilTrue } from '../../support/until.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

export const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine'
const ROLE = 'arn:aws:iam::000000000000:role/machine'

/** The ARN of a function. */
export const fn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

/** What a function does with its event: answers, throws (its error's name is the type), or never ends. */
type Behaviour = (event: unknown, call: number) => unknown

interface Setup {
  readonly stateDir?: string
  /** By name of the function. */
  readonly functions?: Readonly<Record<string, Behaviour>>
  /** By name in the credential scope. */
  readonly services?: Readonly<Record<string, Service>>
  readonly now?: () => number
  readonly random?: () => number
  /** What the role does not allow. */
  readonly refusal?: Refusal
}

/** Step Functions with functions of the test's own. `kill` leaves on disk what a SIGKILL would leave. */
export async function startStepFunctions({
  stateDir = temporaryFolder(),
  functions = {},
  services = {},
  refusal = () => undefined,
  ...setup
}: Setup = {}) {
  const calls: { readonly name: string; readonly event: unknown }[] = []
  const announced: unknown[] = []
  const warnings: string[] = []
  const database = new DatabaseSync(join(stateDir, 'cloud.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const { now = Date.now, random = Math.random } = setup
  const engine = createStepFunctions(
    cloudContext(stateDir, { database, now, warn: (message) => void warnings.push(message) }),
    {
      random,
      service: (name) => services[name],
      refusal,
      announce: (_arn, detail) => void announced.push(detail),
      invoke: async (functionArn, payload): Promise<Invocation> => {
        const name = functionArn.split(':').at(-1) ?? ''
        const behave = functions[name]
        if (!behave) throw new AwsError('ResourceNotFoundException', `Function not found: ${fn(name)}`, 404)
        calls.push({ name, event: JSON.parse(payload) })
        return behaved(behave, JSON.parse(payload), calls.filter((call) => call.name === name).length)
      },
    },
  )
  const kill = () => {
    engine.stop?.()
    if (database.isOpen) database.close()
  }
  onTestFinished(kill)
  const client = new SFNClient({ ...(await awsEndpoint(engine)), disableHostPrefix: true })
  onTestFinished(() => client.destroy())

  const define = (definition: object, properties: object = {}) =>
    provision(engine, 'AWS::StepFunctions::StateMachine', {
      StateMachineName: 'machine',
      RoleArn: ROLE,
      DefinitionString: JSON.stringify(definition),
      ...properties,
    })
  const start = async (input: unknown = {}, name?: string): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify(input), name })
    return (await client.send(command)).executionArn ?? ''
  }
  const describe = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }))
  const history = async (executionArn: string): Promise<readonly HistoryEvent[]> =>
    (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events ?? []

  /** What an execution comes to in the end. */
  async function result(executionArn: string) {
    await untilTrue(() => engine.execution(executionArn)?.status !== 'RUNNING')
    const { status, output, error, cause } = await describe(executionArn)
    return {
      status,
      ...(output === undefined ? {} : { output: JSON.parse(output) as unknown }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    }
  }

  return {
    engine,
    client,
    calls,
    announced,
    warnings,
    kill,
    define,
    start,
    describe,
    history,
    result,
    /** Defines a machine, runs it once, and tells what that came to. */
    run: async (definition: object, input: unknown = {}) => {
      await define(definition)
      return result(await start(input))
    },
  }
}

async function behaved(behave: Behaviour, event: unknown, call: number): Promise<Invocation> {
  try {
    return { payload: JSON.stringify((await behave(event, call)) ?? null), log: [] }
  } catch (error) {
    if (error instanceof AwsError || !(error instanceof Error)) throw error
    return {
      payload: JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }),
      functionError: 'Unhandled',
      log: [],
    }
  }
}

/** An error by which a function is caught. */
export const failure = (name: string, message = ''): Error => Object.assign(new Error(message), { name })

/** A machine of states that follow each other in the order given. */
export function sequence(states: Readonly<Record<string, object>>) {
  const names = Object.keys(states)
  const linked = Object.entries(states).map(([name, state], index) => {
    const next = names[index + 1]
    const ends =
      'Next' in state ||
      'End' in state ||
      ('Type' in state && ['Choice', 'Fail', 'Succeed'].includes(String(state.Type)))
    return [name, ends ? state : { ...state, ...(next === undefined ? { End: true } : { Next: next }) }]
  })
  return { StartAt: names[0], States: Object.fromEntries(linked) }
}

/** A task that calls a function with the state's input. */
export const task = (name: string, fields: object = {}): object => ({ Type: 'Task', Resource: fn(name), ...fields })

/** A task of a service, such as `lambda:invoke`. */
export const integration = (resource: string, Parameters: object, fields: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Parameters,
  ...fields,
})

/** The history as one line for each event: number, number of the one before, type and the name of its state. */
export const lines = (events: readonly HistoryEvent[]): readonly string[] =>
  events.map(({ id, previousEventId, type, stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) =>
    [id, previousEventId, type, entered?.name ?? exited?.name].filter((part) => part !== undefined).join(' '),
  )
