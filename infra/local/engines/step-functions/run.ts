import { setImmediate } from 'node:timers/promises'
import type { Definition, Sequence, State } from './definition.ts'
import { RuntimeProblem, retryDelay, StateFailure, takes } from './failure.ts'
import { type Json, parseJson } from './json.ts'
import { place, type Roots } from './path.ts'
import type { EventDraft, Execution, Frame, Memo, Outcome, Store } from './store.ts'

/** One execution while it runs. */
export interface Run {
  readonly execution: Execution
  readonly definition: Definition
  readonly machineName: string
  readonly store: Store
  readonly now: () => number
  readonly random: () => number
  /** Where each sequence stands, by scope; the same as on disk. */
  readonly frames: Map<string, Frame>
  readonly nextEvent: () => number
  /** Something was written down. */
  readonly changed: () => void
}

/** One sequence of states that is being run: the machine itself, a branch, or what is done with an item. */
export interface Level {
  readonly sequence: Sequence
  readonly scope: string
  readonly signal: AbortSignal
  /** Within a Map, what it is done with. */
  readonly item?: { readonly index: number; readonly value: Json }
  /** Of a Map itself: which one, and its state's name. */
  readonly iteration?: { readonly index: number; readonly name: string }
}

/** What a state came to. */
export interface Done {
  readonly output: Json
  /** The state that follows; undefined at the end of the sequence. */
  readonly next: string | undefined
  /** What the history says before that the state was left. */
  readonly events?: readonly EventDraft[]
}

export type Execute = (run: Run, level: Level, frame: Frame, state: State) => Promise<Done>

const MAX_BYTES = 262_144
const MAX_EVENTS = 25_000

/**
 * Runs a sequence from where its frame stands to its end. Every step is one transaction: what a state came to, and that
 * the next one was entered. Whoever is killed goes on with the state that was running.
 */
export async function runToEnd(run: Run, level: Level, start: Frame, execute: Execute): Promise<Outcome> {
  for (let frame = start; ; ) {
    if (frame.outcome) return frame.outcome
    // Others want the thread too, and a machine may go in circles.
    await setImmediate()
    level.signal.throwIfAborted()
    const state = stateOf(level, frame)
    try {
      frame = leave(run, level, frame, state, await execute(run, level, frame, state))
    } catch (error) {
      frame = fail(run, level, frameOf(run, level), state, failureOf(error, frame))
    }
  }
}

function stateOf({ sequence }: Level, { state }: Frame): State {
  const found = sequence.States[state]
  if (!found) throw new Error(`There is no state ${state}`)
  return found
}

/** Where a sequence stands that has begun. */
export function frameOf(run: Run, { scope }: Level): Frame {
  const frame = run.frames.get(scope)
  if (!frame) throw new Error(`${run.execution.arn} forgot where it was in ${scope}`)
  return frame
}

function failureOf(error: unknown, { state, enteredEvent }: Frame): StateFailure {
  if (error instanceof StateFailure) return error
  if (!(error instanceof RuntimeProblem)) throw error
  const where = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEvent}).`
  return new StateFailure(error.error, `${where} ${error.message}`)
}

/** Commits what `work` writes, unless whoever asked has been stopped meanwhile. */
export function commit<Result>(run: Run, { signal }: Pick<Level, 'signal'>, work: () => Result): Result {
  signal.throwIfAborted()
  const result = run.store.transaction(work)
  run.changed()
  return result
}

/** Adds events after the one before; answers the number of the last. */
export function record(run: Run, scope: string, previous: number, drafts: readonly EventDraft[]): number {
  return drafts.reduce((previousId, { type, details = {} }) => {
    const id = run.nextEvent()
    run.store.addEvent(run.execution.id, { id, previousId, at: run.now(), type, scope, details })
    return id
  }, previous)
}

/** Writes down how far the current state has come. */
export function update(run: Run, frame: Frame, changes: Partial<Frame>): Frame {
  const updated = { ...frame, ...changes }
  run.frames.set(frame.scope, updated)
  run.store.putFrame(run.execution.id, updated)
  return updated
}

/** Enters a state; to be called in a transaction. */
export function enter(run: Run, level: Level, name: string, input: Json, previous: number): Frame {
  const type = level.sequence.States[name]?.Type
  const json = JSON.stringify(input)
  const entered = record(run, level.scope, previous, [
    { type: `${type}StateEntered`, details: { name, input: json, inputDetails: { truncated: false } } },
  ])
  return update(
    run,
    {
      scope: level.scope,
      state: name,
      input: json,
      enteredAt: run.now(),
      enteredEvent: entered,
      lastEvent: entered,
      memo: {},
      outcome: undefined,
    },
    {},
  )
}

function leave(run: Run, level: Level, before: Frame, state: State, { output, next, events = [] }: Done): Frame {
  const json = JSON.stringify(output)
  if (Buffer.byteLength(json) > MAX_BYTES) throw tooLarge(before.state, events)
  return commit(run, level, () => {
    const frame = frameOf(run, level)
    forgetChildren(run, frame, state)
    const last = record(run, level.scope, frame.lastEvent, [...events, exitOf(state, frame, json)])
    if (last >= MAX_EVENTS) return end(run, level, frame, last, TOO_LONG)
    return next === undefined ? end(run, level, frame, last, { output: json }) : enter(run, level, next, output, last)
  })
}

const TOO_LONG: Outcome = {
  error: 'States.Runtime',
  cause: `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
}

/** A result or an output that Step Functions would not pass on. */
export const tooLarge = (what: string, events: readonly EventDraft[] = []): StateFailure =>
  new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    { events },
  )

/** Whether it is more than Step Functions passes from state to state. */
export const isTooLarge = (json: string): boolean => Buffer.byteLength(json) > MAX_BYTES

/** Retries, goes where the failure is caught, or fails the sequence. */
function fail(run: Run, level: Level, frame: Frame, state: State, failure: StateFailure): Frame {
  const retry = retryOf(run, state, frame.memo, failure)
  const { caught, final = failure } = retry ? {} : catchOf(state, frame, failure)
  return commit(run, level, () => {
    forgetChildren(run, frame, state)
    const tried = record(run, level.scope, frame.lastEvent, failure.events)
    if (retry) return update(run, frame, { lastEvent: tried, memo: retry })
    const failed = isComposite(state) ? record(run, level.scope, tried, [{ type: `${state.Type}StateFailed` }]) : tried
    if (!caught) return end(run, level, frame, failed, textsOf(final))
    const exited = record(run, level.scope, failed, [exitOf(state, frame, JSON.stringify(caught.output))])
    return enter(run, level, caught.next, caught.output, exited)
  })
}

/** Where a failure is caught, and with what; or how it ends if it is not, or if its place in the input does not exist. */
function catchOf(
  state: State,
  frame: Frame,
  failure: StateFailure,
): { readonly caught?: { readonly next: string; readonly output: Json }; readonly final?: StateFailure } {
  const catcher = 'Catch' in state ? state.Catch.find(({ ErrorEquals }) => takes(ErrorEquals, failure)) : undefined
  if (!catcher) return {}
  const error = { Error: failure.error ?? null, Cause: failure.cause ?? null }
  try {
    return { caught: { next: catcher.Next, output: placeResult(catcher.ResultPath, parseJson(frame.input), error) } }
  } catch (problem) {
    return { final: failureOf(problem, frame) }
  }
}

const textsOf = ({ error, cause }: Outcome | StateFailure): { error?: string; cause?: string } => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})

const exitOf = ({ Type }: State, { state }: Frame, output: string): EventDraft => ({
  type: `${Type}StateExited`,
  details: { name: state, output, outputDetails: { truncated: false } },
})

const isComposite = ({ Type }: State): boolean => Type === 'Map' || Type === 'Parallel'

function forgetChildren(run: Run, { scope }: Frame, state: State): void {
  if (isComposite(state)) {
    run.store.dropChildren(run.execution.id, scope)
    for (const other of run.frames.keys()) if (other.startsWith(`${scope}/`)) run.frames.delete(other)
  }
  if (isComposite(state) || state.Type === 'Task') run.store.dropTokens(run.execution.id, scope)
}

function retryOf(run: Run, state: State, { retries = {} }: Memo, failure: StateFailure): Memo | undefined {
  if (!('Retry' in state)) return undefined
  const index = state.Retry.findIndex(({ ErrorEquals }) => takes(ErrorEquals, failure))
  const retrier = state.Retry[index]
  const used = retries[index] ?? 0
  if (!retrier || used >= retrier.MaxAttempts) return undefined
  const dueAt = run.now() + retryDelay(retrier, used, run.random)
  return { retries: { ...retries, [index]: used + 1 }, dueAt }
}

/** Ends the sequence; at the top, the execution with it. */
function end(run: Run, level: Level, frame: Frame, last: number, outcome: Outcome): Frame {
  const isSuccess = outcome.output !== undefined
  if (level.scope !== '') {
    // Iterations have an end in the history, branches have not; what follows refers to the event before it.
    const type = isSuccess ? 'MapIterationSucceeded' : 'MapIterationFailed'
    if (level.iteration) record(run, level.scope, last, [{ type, details: level.iteration }])
    return update(run, frame, { lastEvent: last, outcome })
  }
  const details = isSuccess ? { output: outcome.output ?? '', outputDetails: { truncated: false } } : textsOf(outcome)
  record(run, '', last, [{ type: isSuccess ? 'ExecutionSucceeded' : 'ExecutionFailed', details }])
  run.store.end(run.execution.id, isSuccess ? 'SUCCEEDED' : 'FAILED', outcome, run.now())
  return { ...frame, outcome }
}

/** `null` throws a result away, `$` lets it replace the input. */
export const placeResult = (path: string | null, input: Json, result: Json): Json =>
  path === null ? input : place(path, input, result)

/** What the paths of a state start from. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
export function rootsOf(run: Run, { item }: Pick<Level, 'item'>, frame: Frame, input: Json, token?: string): Roots {
  const { arn, name, input: executionInput, startedAt, machineArn, roleArn } = run.execution
  const retries = Object.values(frame.memo.retries ?? {}).reduce((sum, count) => sum + count, 0)
  return {
    input,
    context: {
      Execution: {
        Id: arn,
        Input: parseJson(executionInput),
        StartTime: new Date(startedAt).toISOString(),
        Name: name,
        RoleArn: roleArn,
        RedriveCount: 0,
      },
      StateMachine: { Id: machineArn, Name: run.machineName },
      State: { Name: frame.state, EnteredTime: new Date(frame.enteredAt).toISOString(), RetryCount: retries },
      ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
      ...(token === undefined ? {} : { Task: { Token: token } }),
    },
  }
}
