import type { Alternative, CompiledPattern, Field } from './compile.ts'
import { type Condition, meets } from './conditions.ts'
import type { Leaf, ParsedEvent } from './event.ts'
import { matchesAll } from './match.ts'
import { isOdd, type Scalar } from './scalar.ts'

/** Many rules, arranged so that an event meets only those that could match it. */
export interface RuleIndex<K> {
  /** Adds a rule, or gives it another pattern. */
  set(key: K, pattern: CompiledPattern): void
  delete(key: K): void
  /** The keys of all rules that take the event, each once. */
  match(event: ParsedEvent): K[]
}

/**
 * A tree of fields: rules that begin with the same fields share a branch, and exact values are looked up instead of
 * tried. Array elements are not told apart on the way down, so a rule that met any is checked once more in full.
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
  /** The rules that end here. One rule can end here with several alternatives. */
  readonly rules: Map<K, Alternative[]>
}

/** The ways on from a node for one path, by what they ask of it. */
interface Branches<K> {
  readonly path: string
  /** All of them, by their conditions' text. */
  readonly all: Map<string, Branch<K>>
  readonly byValue: Map<Scalar, Set<Branch<K>>>
  /** Those with a condition that cannot be looked up. */
  readonly toTry: Set<Branch<K>>
  readonly ifAbsent: Set<Branch<K>>
}

interface Branch<K> {
  readonly conditions: readonly Condition[]
  readonly node: Node<K>
}

const createNode = <K>(): Node<K> => ({ fields: new Map(), rules: new Map() })

const createBranches = <K>(path: string): Branches<K> => ({
  path,
  all: new Map(),
  byValue: new Map(),
  toTry: new Set(),
  ifAbsent: new Set(),
})

/** Fields that can be looked up come first, source and detail-type before what lies deeper: few rules are left soon. */
function selectiveFirst(alternative: Alternative): Alternative {
  const rank = (field: Field) => (!field.orAbsent && field.anyOf.every(isLookup) ? 0 : MAX_PATH) + field.path.length
  return alternative.toSorted((a, b) => rank(a) - rank(b))
}

/** No path is longer, as no pattern is. */
const MAX_PATH = 1e6

type Lookup = Extract<Condition, { readonly op: 'equals' }>

function isLookup(condition: Condition): condition is Lookup {
  return condition.op === 'equals' && condition.address === undefined && !isOdd(condition.value)
}

function insert<K>(root: Node<K>, fields: Alternative, key: K, alternative: Alternative): void {
  const node = fields.reduce((above, field) => branchFor(above, field).node, root)
  node.rules.set(key, [...(node.rules.get(key) ?? []), alternative])
}

function branchFor<K>(node: Node<K>, field: Field): Branch<K> {
  const branches = node.fields.get(field.path) ?? createBranches<K>(field.path)
  node.fields.set(field.path, branches)
  const known = branches.all.get(identity(field))
  if (known !== undefined) return known
  const conditions = field.anyOf.filter((condition) => !isLookup(condition))
  const branch: Branch<K> = { conditions, node: createNode() }
  branches.all.set(identity(field), branch)
  for (const { value } of field.anyOf.filter(isLookup)) {
    const sharing = branches.byValue.get(value) ?? new Set()
    branches.byValue.set(value, sharing.add(branch))
  }
  if (conditions.length > 0) branches.toTry.add(branch)
  if (field.orAbsent) branches.ifAbsent.add(branch)
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
  branches.toTry.delete(branch)
  branches.ifAbsent.delete(branch)
  for (const { value } of field.anyOf.filter(isLookup)) {
    const sharing = branches.byValue.get(value)
    sharing?.delete(branch)
    if (sharing?.size === 0) branches.byValue.delete(value)
  }
  if (branches.all.size === 0) node.fields.delete(field.path)
}

/** Adds the rules below a node that take the event; `inArrays` tells that a leaf on the way lay in an array. */
function collect<K>(node: Node<K>, event: ParsedEvent, inArrays: boolean, found: Set<K>): void {
  for (const [key, alternatives] of node.rules) {
    if (!inArrays || alternatives.some((alternative) => matchesAll(alternative, event))) found.add(key)
  }
  for (const branches of node.fields.values()) {
    const leaves = event.leaves.get(branches.path) ?? []
    const lying = inArrays || leaves.some((leaf) => leaf.place.length > 0)
    for (const branch of branchesMet(branches, leaves)) collect(branch.node, event, lying, found)
  }
}

function branchesMet<K>(branches: Branches<K>, leaves: readonly Leaf[]): Iterable<Branch<K>> {
  const [leaf] = leaves
  if (leaf === undefined) return branches.ifAbsent
  // The usual case, without building a set: one leaf, exact values only.
  if (leaves.length === 1 && branches.toTry.size === 0 && leaf.place.length === 0) {
    return branches.byValue.get(leaf.value) ?? []
  }
  const met = new Set<Branch<K>>()
  for (const { value, place } of leaves) {
    for (const branch of branches.byValue.get(value) ?? []) met.add(branch)
    for (const branch of branches.toTry) {
      if (branch.conditions.some((condition) => meets(condition, value))) met.add(branch)
    }
    // A leaf in an array may be absent from the element that the other fields choose.
    if (place.length > 0) for (const branch of branches.ifAbsent) met.add(branch)
  }
  return met
}
