import type { CompiledPattern, Field } from './compile.ts'
import { describe, meets } from './conditions.ts'
import type { ParsedEvent } from './event.ts'
import { matchesAll } from './match.ts'
import { isOdd, type Scalar } from './scalar.ts'

/** How one field of a pattern fared. */
export interface FieldResult {
  readonly path: string
  /** The condition in a few words. */
  readonly expected: string
  /** The event's JSON value; a list if there are several, undefined if there is none. */
  readonly actual: unknown
  readonly matched: boolean
}

/**
 * Tells field by field why an event did or did not match, for people. Of a pattern with `$or` it takes the alternative
 * that comes closest. All fields can match one by one and the pattern still not: then the values lie in different
 * elements of an array, which a last line says.
 */
export function explain(pattern: CompiledPattern, event: ParsedEvent): readonly FieldResult[] {
  const attempts = pattern.alternatives.map((alternative) => {
    const results = alternative.map((field) => explainField(field, event))
    const missed = results.filter((result) => !result.matched).length
    return { results, missed, matched: matchesAll(alternative, event) }
  })
  const best = attempts.find((attempt) => attempt.matched) ?? attempts.sort((a, b) => a.missed - b.missed)[0]
  if (best === undefined) return []
  return best.matched || best.missed > 0 ? best.results : [...best.results, SPREAD]
}

const SPREAD: FieldResult = {
  path: '',
  expected: 'all of these in the same array element',
  actual: undefined,
  matched: false,
}

function explainField(field: Field, event: ParsedEvent): FieldResult {
  const leaves = event.leaves.get(field.path) ?? []
  const found = leaves.some((leaf) => field.anyOf.some((condition) => meets(condition, leaf.value)))
  // With other fields choosing the element, an absent field need only be absent there.
  const absent = field.orAbsent && leaves.every((leaf) => leaf.place.length > 0)
  return {
    path: field.path,
    expected: [...field.anyOf.map(describe), ...(field.orAbsent ? ['absent'] : [])].join(' or '),
    actual: actualValue(field.path, event),
    matched: found || absent,
  }
}

/** The leaves at a path, or what else is there: an object is no leaf, but worth seeing. */
function actualValue(path: string, event: ParsedEvent): unknown {
  const values = event.leaves.get(path)?.map((leaf) => plain(leaf.value)) ?? []
  if (values.length > 0) return values.length > 1 ? values : values[0]
  return path.split('.').reduce<unknown>(member, JSON.parse(event.json))
}

const plain = (value: Scalar): unknown => (isOdd(value) ? Number(value.lexeme) : value)

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
