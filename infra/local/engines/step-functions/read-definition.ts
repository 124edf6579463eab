import type * as z from 'zod'
import { checkRule, timeOf } from './choice.ts'
import {
  Definition,
  type MapState,
  processorOf,
  type Sequence,
  type State,
  selectorOf,
  type WaitState,
} from './definition.ts'
import type { JsonObject } from './json.ts'
import { parsePath } from './path.ts'
import { resourceProblem } from './resource.ts'
import { checkExpression, checkTemplate } from './template.ts'

/**
 * Reads a definition (JSON text). Throws SyntaxError with one sentence about the first thing that is wrong, or that is not
 * supported locally.
 */
export function readDefinition(text: string): Definition {
  const { data, error } = Definition.safeParse(JSON.parse(text))
  if (!data) throw new SyntaxError(sentence(error))
  const names = new Set<string>()
  checkSequence(data, names)
  return data
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues
  const where = issue?.path.filter((part) => part !== 'States').join('.')
  if (issue?.code === 'unrecognized_keys')
    return `${where || 'its definition'}: ${issue.keys.join(', ')} is not supported locally`
  if (issue?.code === 'invalid_union' && issue.path.at(-1) === 'Type') return `${where} is not a type of states`
  return `${where || 'its definition'}: ${issue?.message}`
}

function checkSequence({ StartAt, States }: Sequence, names: Set<string>): void {
  if (!Object.hasOwn(States, StartAt)) throw new SyntaxError(`StartAt: there is no state ${StartAt}`)
  for (const [name, state] of Object.entries(States)) {
    if (names.has(name)) throw new SyntaxError(`${name}: there are two states of this name`)
    names.add(name)
    try {
      checkState(state, names)
      for (const next of successors(state)) {
        if (!Object.hasOwn(States, next)) throw new SyntaxError(`there is no state ${next} to go to`)
      }
    } catch (error) {
      if (!(error instanceof SyntaxError) || error.message.startsWith(`${name}: `)) throw error
      throw new SyntaxError(`${name}: ${error.message}`)
    }
  }
}

function successors(state: State): readonly string[] {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return []
  if (state.Type === 'Choice')
    return [...state.Choices.map(({ Next }) => Next), ...(state.Default === undefined ? [] : [state.Default])]
  if ((state.Next === undefined) === (state.End !== true)) throw new SyntaxError('it needs either Next or End')
  const caught = 'Catch' in state ? state.Catch.map(({ Next }) => Next) : []
  return [...(state.Next === undefined ? [] : [state.Next]), ...caught]
}

function checkState(state: State, names: Set<string>): void {
  if (state.Type === 'Fail') {
    for (const path of [state.ErrorPath, state.CausePath]) if (path !== undefined) checkExpression(path)
    return
  }
  checkPaths(state.InputPath, state.OutputPath)
  if ('ResultPath' in state) checkReference(state.ResultPath)
  if ('ResultSelector' in state) checkTemplate(state.ResultSelector ?? null)
  if ('Catch' in state) for (const { ResultPath } of state.Catch) checkReference(ResultPath)
  if ('Parameters' in state) checkTemplate(state.Parameters ?? null)
  if (state.Type === 'Task') {
    checkPaths(state.TimeoutSecondsPath, state.HeartbeatSecondsPath)
    checkTask(state.Resource, state.Parameters)
  }
  if (state.Type === 'Parallel') for (const branch of state.Branches) checkSequence(branch, names)
  if (state.Type === 'Map') checkMap(state, names)
  if (state.Type === 'Choice') for (const rule of state.Choices) checkRule(rule)
  if (state.Type === 'Wait') checkWait(state)
}

function checkWait({ Seconds, SecondsPath, Timestamp, TimestampPath }: WaitState): void {
  checkPaths(SecondsPath, TimestampPath)
  if ([Seconds, SecondsPath, Timestamp, TimestampPath].filter(isGiven).length !== 1)
    throw new SyntaxError('it needs one of Seconds, SecondsPath, Timestamp and TimestampPath')
  if (Timestamp !== undefined && timeOf(Timestamp) === undefined)
    throw new SyntaxError(`Timestamp ${Timestamp} is not a time with its zone, as 2026-01-31T12:00:00Z is`)
}

const isGiven = (value: unknown): boolean => value !== undefined

function checkTask(resource: string, parameters: JsonObject | undefined): void {
  const problem = resourceProblem(resource, parameters)
  if (problem !== undefined) throw new SyntaxError(problem)
}

function checkMap(state: MapState, names: Set<string>): void {
  const processor = processorOf(state)
  if (!processor) throw new SyntaxError('it needs an ItemProcessor')
  checkPaths(state.ItemsPath, state.MaxConcurrencyPath)
  checkTemplate(selectorOf(state) ?? null)
  checkSequence(processor, names)
}

function checkPaths(...paths: readonly (string | null | undefined)[]): void {
  for (const path of paths) if (typeof path === 'string') parsePath(path)
}

/** A path that something is placed at. */
function checkReference(path: string | null): void {
  if (path !== null && (!parsePath(path).isDefinite || parsePath(path).ofContext))
    throw new SyntaxError(`ResultPath '${path}' must lead to one place in the input`)
}
