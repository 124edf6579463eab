import { functionNameIn } from '../lambda/function-name.ts'
import { processorOf, type Sequence, type State, type TaskState } from './definition.ts'
import { FUNCTION, readResource } from './resource.ts'

/** A sequence of states as people look at it: which follows which. */
export interface Outline {
  readonly start: string
  readonly states: readonly StateOutline[]
}

interface StateOutline {
  readonly name: string
  readonly type: State['Type']
  readonly comment?: string
  /** The function that a task calls. */
  readonly function?: string
  /** What else a task calls: `events:putEvents`. */
  readonly service?: string
  readonly next: readonly Transition[]
  /** The branches of a Parallel, or what a Map does with each item. */
  readonly parts: readonly Outline[]
}

interface Transition {
  readonly to: string
  /** `choice`: one of several ways; `error`: where a failure is caught. */
  readonly on: 'next' | 'choice' | 'error'
  /** The errors that are caught. */
  readonly errors?: readonly string[]
}

/** What a picture of a state machine needs of its definition. */
export const outlineOf = ({ StartAt, States }: Sequence): Outline => ({
  start: StartAt,
  states: Object.entries(States).map(([name, state]) => ({
    name,
    type: state.Type,
    ...(state.Comment === undefined ? {} : { comment: state.Comment }),
    ...(state.Type === 'Task' ? calledBy(state) : {}),
    next: transitionsOf(state),
    parts: partsOf(state).map(outlineOf),
  })),
})

function transitionsOf(state: State): readonly Transition[] {
  if (state.Type === 'Choice') {
    const others = state.Default === undefined ? [] : [state.Default]
    return [...new Set([...state.Choices.map(({ Next }) => Next), ...others])].map((to) => ({ to, on: 'choice' }))
  }
  const next = 'Next' in state && state.Next !== undefined ? [{ to: state.Next, on: 'next' as const }] : []
  const caught = 'Catch' in state ? state.Catch : []
  return [...next, ...caught.map(({ Next, ErrorEquals }) => ({ to: Next, on: 'error' as const, errors: ErrorEquals }))]
}

function partsOf(state: State): readonly Sequence[] {
  if (state.Type === 'Parallel') return state.Branches
  const processor = state.Type === 'Map' ? processorOf(state) : undefined
  return processor ? [processor] : []
}

function calledBy({ Resource, Parameters }: TaskState): Pick<StateOutline, 'function' | 'service'> {
  const { service = '', action = '' } = readResource(Resource) ?? {}
  if (service === FUNCTION) return { function: functionNameIn(action) }
  const named = service === 'lambda' ? Parameters?.FunctionName : undefined
  return typeof named === 'string' ? { function: functionNameIn(named) } : { service: `${service}:${action}` }
}
