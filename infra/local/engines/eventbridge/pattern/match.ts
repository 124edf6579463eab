import type { Alternative, CompiledPattern, Field } from './compile.ts'
import { meets } from './conditions.ts'
import { type Leaf, NOWHERE, type ParsedEvent, type Place } from './event.ts'

/** Does the pattern take the event? */
export function matches(pattern: CompiledPattern, event: ParsedEvent): boolean {
  return pattern.alternatives.some((alternative) => matchesAll(alternative, event))
}

/**
 * Do all fields match, with leaves that agree on the array elements they come from? The places that the fields so far
 * allow are carried from field to field; a field keeps those in which it finds a leaf, or rightly misses one.
 */
export function matchesAll(fields: Alternative, event: ParsedEvent): boolean {
  let places: readonly Place[] = [NOWHERE]
  for (const [index, field] of fields.entries()) {
    const leaves = event.leaves.get(field.path) ?? []
    const next = places.flatMap((place) => placesAfter(field, leaves, place))
    if (next.length === 0) return false
    places = next.length === 1 ? next : distinct(next, liveArrays(fields.slice(index + 1), event))
  }
  return true
}

function placesAfter(field: Field, leaves: readonly Leaf[], place: Place): Place[] {
  const result: Place[] = []
  let absent = true
  for (const leaf of leaves) {
    const joint = join(place, leaf.place)
    if (joint === undefined) continue
    absent = false
    if (field.anyOf.some((condition) => meets(condition, leaf.value))) result.push(joint)
  }
  if (absent && field.orAbsent) result.push(place)
  return result
}

/** Both places together; undefined if they are different elements of one array. */
function join(a: Place, b: Place): Place | undefined {
  if (b.length === 0) return a
  if (a.length === 0) return b
  const joint = [...a]
  for (let at = 0; at < b.length; at += 2) {
    const array = b[at] ?? 0
    const element = b[at + 1] ?? 0
    const known = elementOf(a, array)
    if (known === undefined) joint.push(array, element)
    else if (known !== element) return undefined
  }
  return joint
}

function elementOf(place: Place, array: number): number | undefined {
  for (let at = 0; at < place.length; at += 2) if (place[at] === array) return place[at + 1]
  return undefined
}

/** The arrays that the remaining fields can still disagree about. */
function liveArrays(fields: readonly Field[], event: ParsedEvent): Set<number> {
  const leaves = fields.flatMap((field) => event.leaves.get(field.path) ?? [])
  return new Set(leaves.flatMap((leaf) => leaf.place.filter((_, at) => at % 2 === 0)))
}

/** Without the arrays that no longer matter most places are the same: one of each will do. */
function distinct(places: readonly Place[], live: ReadonlySet<number>): Place[] {
  const result = new Map<string, Place>()
  for (const place of places) {
    const kept = place.filter((_, at) => live.has(place[at - (at % 2)] ?? 0))
    result.set(kept.join(), kept)
  }
  return [...result.values()]
}
