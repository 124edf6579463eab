import { type JsonNode, parseJson } from './json.ts'
import { numberScalar, type Scalar } from './scalar.ts'

/** An event taken apart into its leaves, ready to be matched by many patterns. */
export interface ParsedEvent {
  readonly json: string
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>
}

export interface Leaf {
  readonly value: Scalar
  readonly place: Place
}

/**
 * Which elements of which arrays a leaf lies in: number of the array, index of the element, number of the next array
 * and so on. Elements that are scalars themselves are not counted.
 */
export type Place = readonly number[]

export const NOWHERE: Place = []

/** Parses an event's JSON text once, so that many patterns can be tried on it. Throws a SyntaxError on anything else. */
export function parseEvent(eventJson: string): ParsedEvent {
  const root = parseJson(eventJson)
  if (root.kind !== 'object') throw new SyntaxError('An event must be a JSON object')
  const leaves = new Map<string, Leaf[]>()
  const flattener = { leaves, arrays: 0 }
  for (const { key, value } of root.members) flatten(flattener, key, value, NOWHERE)
  return { json: eventJson, leaves }
}

interface Flattener {
  readonly leaves: Map<string, Leaf[]>
  arrays: number
}

/** Paths of an object's members by their names. */
type Paths = Map<string, string>

/** `paths`: those that another element of the same array had already. */
function flatten(flattener: Flattener, path: string, node: JsonNode, place: Place, paths?: Paths): void {
  switch (node.kind) {
    case 'object':
      for (const { key, value } of node.members) {
        const below = paths?.get(key) ?? `${path}.${key}`
        paths?.set(key, below)
        flatten(flattener, below, value, place)
      }
      return
    case 'array': {
      const array = flattener.arrays++
      const shared: Paths = paths ?? new Map()
      node.items.forEach((item, index) => {
        const inside = item.kind === 'object' || item.kind === 'array' ? [...place, array, index] : place
        flatten(flattener, path, item, inside, shared)
      })
      return
    }
    case 'number':
      add(flattener, path, numberScalar(node.text), place)
      return
    default:
      add(flattener, path, node.value, place)
  }
}

function add(flattener: Flattener, path: string, value: Scalar, place: Place): void {
  const leaf = { value, place }
  const others = flattener.leaves.get(path)
  if (others === undefined) flattener.leaves.set(path, [leaf])
  else others.push(leaf)
}
