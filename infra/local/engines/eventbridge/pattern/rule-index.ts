import type { Alternative, CompiledPattern, Field } from './compile.ts'
import { type ConditionIndex, createConditionIndex, type Entry } from './condition-index.ts'
import type { Condition } from './conditions.ts'
import type { Leaf, ParsedEvent } from './event.ts'
import { matchesAll } from './match.ts'

/** Many rules, arranged so that an event meets only those that could match it. */
export interface RuleIndex<K> {
  /** Adds a rule, or gives it another pattern. */
  set(key: K, pattern: CompiledPattern): void
  delete(key: K): void
  /** The keys of all rules that take the event, each once. */
  match(event: ParsedEvent): K[]
}

/**
 * A tree of fields: rules that begin with the same fields share a branch, and the branches for a field are found by its
 * value. Array elements are not told apart on the way down, so a rule that met any is checked once more in full.
 */
export function createRuleIndex<K>(): RuleIndex<K> {
  const root = createNode<K>()
  const patterns = new Map<K, CompiledPattern>()
  const remove = (key: K) => {
    for (const alternative of patterns.get(key)?.alternatives ?? []) prune(root, selectiveFirst(alternative), 0, key)
    patterns.delete(key)
  }
  return {
    set(key, pattern) {
      remove(key)
      patterns.set(key, pattern)
      for (const alternative of pattern.alternatives) insert(root, selectiveFirst(alternative), key, alternative)
    },
    delete: remove,
    match(event) {
      const found = new Set<K>()
      collect(root, event, false, found)
      return [...found]
    },
  }
}

/** What is left of the rules once the fields above are met. */
interface Node<K> {
  readonly fields: Map<string, Branches<K>>
  /** Those of the fields that may be absent. */
  readonly absent: Map<string, Branches<K>>
  /** The rules that end here. One rule can end here with several alternatives. */
  readonly rules: Map<K, Alternative[]>
}

/** The ways on from a node for one path, by what they ask of it. */
interface Branches<K> {
  /** All of them, by their conditions' text. */
  readonly all: Map<string, Branch<K>>
  readonly byValue: ConditionIndex<Way<K>>
  readonly ifAbsent: Set<Branch<K>>
}

interface Branch<K> {
  readonly ways: readonly Way<K>[]
  readonly node: Node<K>
}

/** One of the conditions that lead to a branch. */
interface Way<K> extends Entry {
  readonly branch: Branch<K>
}

const createNode = <K>(): Node<K> => ({ fields: new Map(), absent: new Map(), rules: new Map() })

const createBranches = <K>(): Branches<K> => ({
  all: new Map(),
  byValue: createConditionIndex(),
  ifAbsent: new Set(),
})

/**
 * The fields that few values meet come first, and among equals source and detail-type before what lies deeper: few rules
 * are left soon.
 */
function selectiveFirst(alternative: Alternative): Alternative {
  return alternative.toSorted((a, b) => breadth(a) - breadth(b) || a.path.length - b.path.length)
}

const breadth = ({ anyOf, orAbsent }: Field): number =>
  Math.max(orAbsent ? BREADTHS.exists : 0, ...anyOf.map(({ op }) => BREADTHS[op]))

/** Kinds of conditions, from those that few values meet to those that most do. */
const BREADTHS: Readonly<Record<Condition['op'], number>> = {
  equals: 0,
  'ignore-case': 1,
  suffix: 2,
  prefix: 2,
  wildcard: 2,
  cidr: 3,
  numeric: 3,
  'anything-but': 4,
  exists: 5,
}

function insert<K>(root: Node<K>, fields: Alternative, key: K, alternative: Alternative): void {
  const node = fields.reduce((above, field) => branchFor(above, field).node, root)
  node.rules.set(key, [...(node.rules.get(key) ?? []), alternative])
}

function branchFor<K>(node: Node<K>, field: Field): Branch<K> {
  const branches = node.fields.get(field.path) ?? createBranches<K>()
  node.fields.set(field.path, branches)
  const known = branches.all.get(identity(field))
  if (known !== undefined) return known
  const ways: Way<K>[] = []
  const branch: Branch<K> = { ways, node: createNode() }
  for (const condition of field.anyOf) ways.push({ condition, branch })
  branches.all.set(identity(field), branch)
  for (const way of ways) branches.byValue.add(way)
  if (field.orAbsent) {
    branches.ifAbsent.add(branch)
    node.absent.set(field.path, branches)
  }
  return branch
}

const identity = (field: Field): string => JSON.stringify([field.anyOf, field.orAbsent])

/** Takes a rule out below a node, and every branch that then leads nowhere. */
function prune<K>(node: Node<K>, fields: Alternative, at: number, key: K): void {
  const field = fields[at]
  if (field === undefined) {
    node.rules.delete(key)
    return
  }
  const branches = node.fields.get(field.path)
  const branch = branches?.all.get(identity(field))
  if (branches === undefined || branch === undefined) return
  prune(branch.node, fields, at + 1, key)
  if (branch.node.rules.size > 0 || branch.node.fields.size > 0) return
  branches.all.delete(identity(field))
  for (const way of branch.ways) branches.byValue.remove(way)
  branches.ifAbsent.delete(branch)
  if (branches.ifAbsent.size === 0) node.absent.delete(field.path)
  if (branches.all.size === 0) node.fields.delete(field.path)
}

/** Adds the rules below a node that take the event; `inArrays` tells that a leaf on the way lay in an array. */
function collect<K>(node: Node<K>, event: ParsedEvent, inArrays: boolean, found: Set<K>): void {
  for (const [key, alternatives] of node.rules) {
    if (!inArrays || alternatives.some((alternative) => matchesAll(alternative, event))) found.add(key)
  }
  const { fields } = node
  if (fields.size <= event.leaves.size) {
    for (const [path, branches] of fields) {
      const leaves = event.leaves.get(path)
      if (leaves) collectBelow(branches, leaves, event, inArrays, found)
    }
  } else {
    for (const [path, leaves] of event.leaves) {
      const branches = fields.get(path)
      if (branches) collectBelow(branches, leaves, event, inArrays, found)
    }
  }
  for (const [path, { ifAbsent }] of node.absent) {
    if (!event.leaves.has(path)) for (const branch of ifAbsent) collect(branch.node, event, inArrays, found)
  }
}

function collectBelow<K>(
  { byValue, ifAbsent }: Branches<K>,
  leaves: readonly Leaf[],
  event: ParsedEvent,
  inArrays: boolean,
  found: Set<K>,
): void {
  const met = new Set<Branch<K>>()
  let lying = inArrays
  for (const { value, place } of leaves) {
    byValue.find(value, ({ branch }) => met.add(branch))
    if (place.length === 0) continue
    lying = true
    // The leaf may be absent from the element that the other fields choose.
    for (const branch of ifAbsent) met.add(branch)
  }
  for (const branch of met) collect(branch.node, event, lying, found)
}
