import { holds, timeOf } from './choice.ts'
import { runBranches, runItems } from './composite.ts'
import type { FailState, State, WaitState } from './definition.ts'
import { RuntimeProblem, StateFailure } from './failure.ts'
import { type Json, type JsonObject, parseJson } from './json.ts'
import { type Roots, valueAt } from './path.ts'
import { commit, type Done, type Execute, frameOf, type Level, placeResult, type Run, rootsOf, update } from './run.ts'
import type { Frame } from './store.ts'
import { runTask, type TaskDependencies } from './task.ts'
import { fill, resolve } from './template.ts'
import { sleepUntil } from './waiting.ts'

/**
 * Does what a state says, with its input and output processed on the way.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
 */
export function createExecute(dependencies: TaskDependencies): Execute {
  const execute: Execute = async (run, level, frame, state) => {
    const input = parseJson(frame.input)
    const roots = rootsOf(run, level, frame, input)
    if (state.Type === 'Fail') throw failureOf(state, roots)
    const effective = pathOr(state.InputPath, roots)
    const inner = { ...roots, input: effective }
    const finish = (output: Json, next: string | undefined, events: Done['events'] = []): Done => ({
      output: pathOr(state.OutputPath, { ...roots, input: output }),
      next,
      events,
    })

    switch (state.Type) {
      case 'Succeed':
        return finish(effective, undefined)
      case 'Choice':
        return finish(effective, choose(state.Choices, inner) ?? defaultOf(state.Default))
      case 'Wait':
        await wait(run, level, state, inner)
        return finish(effective, state.Next)
      case 'Pass': {
        const result = state.Result ?? (state.Parameters ? fill(state.Parameters, inner) : effective)
        return finish(placeResult(state.ResultPath, input, result), state.Next)
      }
    }

    // What is left may be retried: after a failure, it begins when the delay is over.
    await retryDelay(run, level)
    const { result, events } = await work(run, level, state, effective, execute, dependencies)
    const selected = state.ResultSelector ? fill(state.ResultSelector, { ...roots, input: result }) : result
    return finish(placeResult(state.ResultPath, input, selected), state.Next, events)
  }
  return execute
}

type Worker = Extract<State, { readonly Type: 'Map' | 'Parallel' | 'Task' }>

function work(
  run: Run,
  level: Level,
  state: Worker,
  effective: Json,
  execute: Execute,
  dependencies: TaskDependencies,
) {
  switch (state.Type) {
    case 'Task':
      return runTask(run, level, state, effective, dependencies)
    case 'Parallel':
      return runBranches(run, level, state, effective, execute)
    case 'Map':
      return runItems(run, level, state, effective, execute)
  }
}

/** `null` is an empty object. */
const pathOr = (path: string | null, roots: Roots): Json => (path === null ? {} : valueAt(path, roots))

const choose = (rules: readonly (JsonObject & { readonly Next: string })[], roots: Roots): string | undefined =>
  rules.find((rule) => holds(rule, roots))?.Next

function defaultOf(name: string | undefined): string {
  if (name !== undefined) return name
  throw new RuntimeProblem(
    'Failed to transition out of the state: no rule holds, and there is no Default.',
    'States.NoChoiceMatched',
  )
}

function failureOf({ Error: error, ErrorPath, Cause, CausePath }: FailState, roots: Roots): StateFailure {
  const textAt = (field: string, path: string): string => {
    const value = resolve(field, path, roots)
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  return new StateFailure(
    ErrorPath === undefined ? error : textAt('ErrorPath', ErrorPath),
    CausePath === undefined ? Cause : textAt('CausePath', CausePath),
  )
}

/** Until when is written down first, so that a restart does not make it longer. */
async function wait(run: Run, level: Level, state: WaitState, roots: Roots): Promise<void> {
  const frame = frameOf(run, level)
  const { memo } = frame.memo.dueAt === undefined ? remember(run, level, frame, dueAtOf(run, state, roots)) : frame
  await sleepUntil(memo.dueAt ?? 0, run.now, level.signal)
}

const remember = (run: Run, level: Level, frame: Frame, dueAt: number): Frame =>
  commit(run, level, () => update(run, frame, { memo: { ...frame.memo, dueAt } }))

function dueAtOf(run: Run, { Seconds, SecondsPath, Timestamp, TimestampPath }: WaitState, roots: Roots): number {
  if (Seconds !== undefined) return run.now() + Seconds * 1000
  if (Timestamp !== undefined) return timeOf(Timestamp) ?? 0
  if (SecondsPath !== undefined) return run.now() + secondsAt(SecondsPath, roots) * 1000
  const time = TimestampPath === undefined ? undefined : timeOf(valueAt(TimestampPath, roots))
  if (time !== undefined) return time
  const value = TimestampPath === undefined ? '' : valueAt(TimestampPath, roots)
  throw new RuntimeProblem(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${TimestampPath} == ${value}`,
  )
}

function secondsAt(path: string, roots: Roots): number {
  const value = valueAt(path, roots)
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new RuntimeProblem(`The SecondsPath parameter cannot be parsed as a long value: ${path} == ${value}`)
  if (value < 0) throw new RuntimeProblem(`The SecondsPath parameter references a negative value: ${path} == ${value}`)
  return value
}

async function retryDelay(run: Run, level: Level): Promise<void> {
  const { dueAt } = frameOf(run, level).memo
  if (dueAt !== undefined) await sleepUntil(dueAt, run.now, level.signal)
}
