import type { MapState, ParallelState, Sequence } from './definition.ts'
import { processorOf, selectorOf } from './definition.ts'
import { RuntimeProblem, StateFailure } from './failure.ts'
import { isArray, type Json, parseJson } from './json.ts'
import { type Roots, valueAt } from './path.ts'
import { commit, type Execute, enter, frameOf, type Level, type Run, record, rootsOf, runToEnd, update } from './run.ts'
import type { EventDraft, Frame, Outcome } from './store.ts'
import { fill } from './template.ts'

/** A branch or an iteration to be run. */
interface Child {
  readonly sequence: Sequence
  readonly input: Json
  readonly item?: NonNullable<Level['item']>
  readonly iteration?: NonNullable<Level['iteration']>
}

interface Results {
  readonly result: Json
  readonly events: readonly EventDraft[]
}

/** Runs all branches at once, each with the same input; answers what they came to. */
export function runBranches(
  run: Run,
  level: Level,
  state: ParallelState,
  effective: Json,
  execute: Execute,
): Promise<Results> {
  const frame = frameOf(run, level)
  const input =
    state.Parameters === undefined ? effective : fill(state.Parameters, rootsOf(run, level, frame, effective))
  const children = state.Branches.map((sequence) => ({ sequence, input }))
  return runChildren(run, level, { children, atOnce: children.length, type: 'Parallel', execute })
}

/** Runs the processor with each item; answers what they came to, in the order of the items. */
export function runItems(run: Run, level: Level, state: MapState, effective: Json, execute: Execute): Promise<Results> {
  const frame = frameOf(run, level)
  const roots = rootsOf(run, level, frame, effective)
  const items = valueAt(state.ItemsPath, roots)
  if (!isArray(items)) throw new RuntimeProblem(`Reference path "${state.ItemsPath}" must point to array.`)
  const sequence = processorOf(state)
  const selector = selectorOf(state)
  const children = items.flatMap((value, index): readonly Child[] => {
    const item = { index, value }
    const input = selector === undefined ? value : fill(selector, rootsOf(run, { item }, frame, effective))
    return sequence ? [{ sequence, input, item, iteration: { index, name: frame.state } }] : []
  })
  return runChildren(run, level, {
    children,
    atOnce: concurrencyOf(state, roots) || children.length,
    type: 'Map',
    execute,
  })
}

function concurrencyOf({ MaxConcurrency, MaxConcurrencyPath: path }: MapState, roots: Roots): number {
  if (path === undefined) return MaxConcurrency
  const value = valueAt(path, roots)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  const shown = typeof value === 'object' ? JSON.stringify(value) : value
  throw new RuntimeProblem(
    `The MaxConcurrencyPath field refers to value "${shown}" which is not a valid integer: ${path}`,
  )
}

interface Plan {
  readonly children: readonly Child[]
  readonly atOnce: number
  readonly type: 'Map' | 'Parallel'
  readonly execute: Execute
}

interface Failed {
  readonly outcome: Outcome
  readonly lastEvent: number
}

/** Children that an earlier process has ended are not run again, and those that it began go on where they were. */
async function runChildren(run: Run, level: Level, { children, atOnce, type, execute }: Plan): Promise<Results> {
  const startedEvent = begin(run, level, type, children.length)
  const stop = new AbortController()
  const signal = AbortSignal.any([level.signal, stop.signal])
  const levels = children.map((child, index) => levelOf(level, child, index, signal))
  const outcomes: Outcome[] = []
  const ended: { failed?: Failed; lastEvent: number } = { lastEvent: startedEvent }
  let next = 0

  const worker = async (): Promise<void> => {
    for (let index = next++; index < children.length && !ended.failed; index = next++) {
      const [child, inner] = [children[index], levels[index]]
      if (!child || !inner) return
      const previous = index < atOnce ? startedEvent : ended.lastEvent
      const frame = run.frames.get(inner.scope) ?? enterChild(run, inner, child.input, previous)
      const outcome = await runToEnd(run, inner, frame, execute)
      if (ended.failed) return
      outcomes[index] = outcome
      ended.lastEvent = frameOf(run, inner).lastEvent
      if (outcome.output === undefined) ended.failed = { outcome, lastEvent: ended.lastEvent }
      if (ended.failed) stop.abort()
    }
  }

  const settled = await Promise.allSettled(Array.from({ length: Math.min(atOnce, children.length) }, worker))
  level.signal.throwIfAborted()
  if (ended.failed) throw abort(run, level, levels, ended.failed)
  for (const each of settled) if (each.status === 'rejected') throw each.reason
  commit(run, level, () => update(run, frameOf(run, level), { lastEvent: ended.lastEvent }))
  const result = children.map((_, index) => parseJson(outcomes[index]?.output ?? 'null'))
  return { result, events: [{ type: `${type}StateSucceeded` }] }
}

/** Answers the event with which it all began. */
function begin(run: Run, level: Level, type: Plan['type'], length: number): number {
  const frame = frameOf(run, level)
  if (frame.memo.startedEvent !== undefined) return frame.memo.startedEvent
  return commit(run, level, () => {
    const details = type === 'Map' ? { details: { length } } : {}
    const startedEvent = record(run, level.scope, frame.lastEvent, [{ type: `${type}StateStarted`, ...details }])
    update(run, frame, { lastEvent: startedEvent, memo: { ...frame.memo, startedEvent } })
    return startedEvent
  })
}

function levelOf(
  level: Level,
  { sequence, item = level.item, iteration }: Child,
  index: number,
  signal: AbortSignal,
): Level {
  const inherited = { ...(item ? { item } : {}), ...(iteration ? { iteration } : {}) }
  return { sequence, scope: `${level.scope}/${index}`, signal, ...inherited }
}

function enterChild(run: Run, level: Level, input: Json, previous: number): Frame {
  return commit(run, level, () => {
    const started = level.iteration ? [{ type: 'MapIterationStarted', details: level.iteration }] : []
    return enter(run, level, level.sequence.StartAt, input, record(run, level.scope, previous, started))
  })
}

const ABORTABLE = new Set(['Map', 'Parallel', 'Task', 'Wait'])

/** Says of the others that they were not let end, and what it all failed with. */
function abort(run: Run, level: Level, levels: readonly Level[], { outcome, lastEvent }: Failed): StateFailure {
  commit(run, level, () => {
    for (const { scope, sequence, iteration } of levels) {
      const frame = run.frames.get(scope)
      if (!frame || frame.outcome) continue
      const type = sequence.States[frame.state]?.Type ?? ''
      if (ABORTABLE.has(type)) record(run, scope, lastEvent, [{ type: `${type}StateAborted` }])
      if (iteration) record(run, scope, lastEvent, [{ type: 'MapIterationAborted', details: iteration }])
    }
    update(run, frameOf(run, level), { lastEvent })
  })
  return new StateFailure(outcome.error, outcome.cause)
}
