import type { Condition } from './conditions.ts'

/** EventBridge refuses a rule whose wildcards are more complex than this. */
const MAX_COMPLEXITY = 10

/**
 * Is there a text that more than {@link MAX_COMPLEXITY} beginnings of these wildcards fit at the same time? That is
 * how much the engine may have to keep in mind while it reads a value, and what it calls a rule's complexity.
 */
export function isTooComplex(conditions: readonly Condition[]): boolean {
  const wildcards = conditions.flatMap(wildcardsIn)
  return wildcards.length > 0 && exceeds(wildcards.map(units))
}

function wildcardsIn(condition: Condition): readonly (readonly string[])[] {
  if (condition.op === 'wildcard') return [condition.pieces]
  return condition.op === 'anything-but' ? condition.except.flatMap(wildcardsIn) : []
}

/** A star, or one literal character. The quotes around a JSON text count as characters. */
type Unit = string
const STAR = 'any'

function units(pieces: readonly string[]): readonly Unit[] {
  return ['"', ...pieces.flatMap((piece, index) => (index === 0 ? [...piece] : [STAR, ...piece])), '"']
}

/** Beginnings that fit the text read so far: per wildcard, how many of its units they have. */
type State = readonly (readonly number[])[]

/** Walks through every combination of beginnings that some text can fit at the same time. */
function exceeds(wildcards: readonly (readonly Unit[])[]): boolean {
  const seen = new Set<string>()
  const waiting: State[] = [wildcards.map(() => [0])]
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const character of nextCharacters(wildcards, state)) {
      const next = state.map((lengths, index) => advance(wildcards[index] ?? [], lengths, character))
      const size = next.reduce((sum, lengths) => sum + lengths.length, 0)
      if (size > MAX_COMPLEXITY) return true
      const key = JSON.stringify(next)
      if (size === 0 || seen.has(key)) continue
      seen.add(key)
      waiting.push(next)
    }
  }
  return false
}

/** The characters that tell the beginnings apart; any other one is as good as none of them. */
function nextCharacters(wildcards: readonly (readonly Unit[])[], state: State): Set<string | undefined> {
  const expected = state.flatMap((lengths, index) => lengths.map((length) => wildcards[index]?.[length]))
  return new Set([undefined, ...expected.filter((unit) => unit !== STAR)])
}

/** The beginnings that fit after one more character. */
function advance(wildcard: readonly Unit[], lengths: readonly number[], character: string | undefined): number[] {
  const after = new Set<number>()
  for (const length of lengths) {
    if (wildcard[length - 1] === STAR) after.add(length)
    if (wildcard[length] === character && character !== undefined) after.add(length + 1)
  }
  for (const length of after) if (wildcard[length] === STAR) after.add(length + 1)
  return [...after].sort((a, b) => a - b)
}
