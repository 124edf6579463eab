import { randomUUID } from 'node:crypto'
import { AwsError, type CloudContext } from '../engine.ts'
import type { Definition } from './definition.ts'
import { RuntimeProblem } from './failure.ts'
import { parseJson } from './json.ts'
import type { Machine, openMachines } from './machines.ts'
import { readDefinition } from './read-definition.ts'
import { enter, type Level, type Run, record, runToEnd } from './run.ts'
import { createExecute } from './states.ts'
import type { Execution, Outcome, Status, Store } from './store.ts'
import { type CallService, isToken } from './task.ts'
import { sleepUntil } from './waiting.ts'

export type Executor = ReturnType<typeof createExecutor>

interface Options {
  readonly store: Store
  readonly machines: ReturnType<typeof openMachines>
  readonly call: CallService
  /** Something of this execution was written down. */
  readonly changed: (executionArn: string) => void
  /** It began or ended. */
  readonly statusChanged: (execution: Execution) => void
  readonly random: () => number
}

export interface StartInput {
  readonly stateMachineArn: string
  readonly name?: string | undefined
  /** JSON text. */
  readonly input?: string | undefined
  readonly traceHeader?: string | undefined
}

const MAX_BYTES = 262_144
/** What https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html does not allow in a name. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]{1,80}$/u

/** Runs executions, and after a restart those that were running. */
export function createExecutor(
  context: CloudContext,
  { store, machines, call, changed, statusChanged, random }: Options,
) {
  const running = new Map<string, { readonly run: Run; readonly controller: AbortController }>()
  const definitions = new Map<string, Definition>()
  const waiting = new Map<string, () => void>()
  const { now, warn } = context

  const execute = createExecute({
    region: context.region,
    call,
    awaitToken: async (token, until, signal) => {
      const settled = store.token(token)?.outcome
      if (settled) return settled
      await woken(token, until, signal)
      return store.token(token)?.outcome ?? undefined
    },
  })

  /** Until the token is sent back or beats, or that time has come. */
  async function woken(token: string, until: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController()
    waiting.set(token, () => wake.abort())
    try {
      await sleepUntil(until, now, AbortSignal.any([signal, wake.signal]))
    } catch (error) {
      if (signal.aborted) throw error
    } finally {
      waiting.delete(token)
    }
  }

  function definitionOf(hash: string): Definition {
    const definition = definitions.get(hash) ?? readDefinition(store.definition(hash))
    definitions.set(hash, definition)
    return definition
  }

  function begin(execution: Execution): void {
    const controller = new AbortController()
    let lastEvent = store.lastEvent(execution.id)
    const run: Run = {
      execution,
      definition: definitionOf(execution.definition),
      machineName: execution.machineArn.split(':')[6] ?? '',
      store,
      now,
      random,
      frames: new Map(store.frames(execution.id).map((frame) => [frame.scope, frame])),
      nextEvent: () => ++lastEvent,
      changed: () => changed(execution.arn),
    }
    running.set(execution.arn, { run, controller })
    const level = { sequence: run.definition, scope: '', signal: controller.signal }
    void runExecution(run, level, controller).finally(() => {
      running.delete(execution.arn)
    })
  }

  async function runExecution(run: Run, level: Level, controller: AbortController): Promise<void> {
    const { TimeoutSeconds } = run.definition
    // A restart begins the count anew: that the cloud was off is no fault of the execution.
    const timer =
      TimeoutSeconds === undefined
        ? undefined
        : setTimeout(() => timeOut(run, controller), Math.min(TimeoutSeconds * 1000, LONGEST_TIMER_MS))
    try {
      const input = parseJson(run.execution.input)
      const frame = run.frames.get('') ?? store.transaction(() => enter(run, level, run.definition.StartAt, input, 0))
      await runToEnd(run, level, frame, execute)
      ended(run)
    } catch (error) {
      if (!controller.signal.aborted) crash(run, error)
    } finally {
      clearTimeout(timer)
    }
  }

  function ended({ execution: { arn } }: Run): void {
    const execution = store.execution(arn)
    changed(arn)
    if (execution) statusChanged(execution)
  }

  /** Ends it from outside. */
  function stop(run: Run, controller: AbortController, status: Status, type: string, outcome: Outcome): void {
    controller.abort()
    const { error, cause } = outcome
    const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
    store.transaction(() => {
      record(run, '', 0, [{ type, details }])
      store.end(run.execution.id, status, outcome, now())
    })
    ended(run)
  }

  const timeOut = (run: Run, controller: AbortController): void =>
    stop(run, controller, 'TIMED_OUT', 'ExecutionTimedOut', { error: 'States.Timeout' })

  function crash(run: Run, error: unknown): void {
    const { arn } = run.execution
    const cause = error instanceof Error ? error.message : String(error)
    if (!(error instanceof RuntimeProblem))
      warn(`The execution ${arn} failed in Step Functions itself: ${error instanceof Error ? error.stack : error}`)
    const found = running.get(arn)
    if (found) stop(run, found.controller, 'FAILED', 'ExecutionFailed', { error: 'States.Runtime', cause })
  }

  return {
    /**
     * Starts an execution, on disk when it returns. With the name and the input of one that is running it answers that one.
     * Throws `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists` and what `machines.get` throws.
     */
    start({ stateMachineArn, name = randomUUID(), input = '{}', traceHeader }: StartInput): Execution {
      const machine = machines.get(stateMachineArn)
      if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
      checkInput(input)
      const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`
      const known = store.execution(arn)
      if (known?.status === 'RUNNING' && known.input === input) return known
      if (known) throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
      const execution = store.transaction(() => add(machine, arn, name, input, traceHeader))
      statusChanged(execution)
      begin(execution)
      changed(arn)
      return execution
    },

    /** Ends an execution; answers when that was. Of one that has ended, nothing changes. */
    stop(arn: string, outcome: Outcome): number {
      const execution = store.execution(arn)
      if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
      const found = running.get(arn)
      if (found) stop(found.run, found.controller, 'ABORTED', 'ExecutionAborted', outcome)
      return store.execution(arn)?.stoppedAt ?? now()
    },

    /** Sends a task's token back. Throws `InvalidToken` and `TaskTimedOut`. */
    settle(token: string, outcome: Outcome): void {
      if (!store.settleToken(token, outcome)) throw unknownToken(token)
      waiting.get(token)?.()
    },

    /** Says that a task is still being done. Throws the same. */
    beat(token: string): void {
      if (!store.beat(token, now())) throw unknownToken(token)
      waiting.get(token)?.()
    },

    /** Goes on with what was running when the process ended, however it ended. */
    resume(): void {
      for (const execution of store.running()) if (!running.has(execution.arn)) begin(execution)
    },

    /** Leaves everything as it is on disk. */
    close(): void {
      for (const { controller } of running.values()) controller.abort()
    },
  }

  function add(machine: Machine, arn: string, name: string, input: string, trace: string | undefined): Execution {
    const definition = store.keepDefinition(machine.definition)
    const { roleArn } = machine
    const startedAt = now()
    const execution = store.addExecution({
      arn,
      machineArn: machine.arn,
      name,
      input,
      startedAt,
      definition,
      roleArn,
      trace,
    })
    const details = { input, inputDetails: { truncated: false }, roleArn }
    store.addEvent(execution.id, { id: 1, previousId: 0, at: startedAt, type: 'ExecutionStarted', scope: '', details })
    return execution
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

function checkInput(input: string): void {
  const refuse = (why: string) =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`)
  if (Buffer.byteLength(input) > MAX_BYTES) throw refuse(`It is larger than ${MAX_BYTES} bytes.`)
  if (input.trim() === '') throw refuse('Invalid execution input.')
  try {
    JSON.parse(input)
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

const unknownToken = (token: string): AwsError =>
  isToken(token)
    ? new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
    : new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
