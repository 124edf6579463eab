import { parseAddress } from './address.ts'
import { type Condition, meets } from './conditions.ts'
import { createHashIndex, type HashIndex } from './hash-index.ts'
import { createRangeIndex, type RangeIndex } from './range-index.ts'
import { isOdd, type Scalar } from './scalar.ts'
import { foldCase, type Wildcard } from './text.ts'
import { createTextIndex, type TextIndex } from './text-index.ts'

/** Something that a condition leads to. */
export interface Entry {
  readonly condition: Condition
}

/** Conditions, arranged by what they ask, so that a value is tried only on those that it may meet. */
export interface ConditionIndex<E extends Entry> {
  add(entry: E): void
  remove(entry: E): void
  /** Calls `met` for every entry whose condition the value meets, and for no other; for some more than once. */
  find(value: Scalar, met: (entry: E) => void): void
}

/** Values that must be equal, the usual kind, are looked up; each other kind has a structure of its own. */
export function createConditionIndex<E extends Entry>(): ConditionIndex<E> {
  const values = createHashIndex<Key, E>()
  let others: Others<E> | undefined
  const change = (how: 'add' | 'remove', entry: E) => {
    const { condition } = entry
    if (condition.op === 'equals' && condition.address === undefined) values[how](keyOf(condition.value), entry)
    else {
      others ??= createOthers()
      changeOther(others, how, entry)
    }
  }
  return {
    add: (entry) => change('add', entry),
    remove: (entry) => change('remove', entry),
    find(value, met) {
      const candidate = (entry: E) => {
        if (meets(entry.condition, value)) met(entry)
      }
      values.find(keyOf(value), candidate)
      if (others === undefined) return
      for (const entry of others.present) met(entry)
      others.exceptions.find(value, met)
      findOthers(others, value, candidate)
    },
  }
}

type Key = string | number | boolean | null

/** A number that is compared by its spelling is found by its spelling. */
const keyOf = (value: Scalar): Key => (isOdd(value) ? value.lexeme : value)

/** The last two find what a value meets, the others all that it may meet. */
interface Others<E extends Entry> {
  readonly addresses: HashIndex<string, E>
  readonly blocks: RangeIndex<string, E>
  readonly numbers: RangeIndex<number, E>
  readonly beginnings: TextIndex<E>
  readonly endings: TextIndex<E>
  readonly foldedBeginnings: TextIndex<E>
  readonly foldedEndings: TextIndex<E>
  readonly exceptions: ExceptionIndex<E>
  readonly present: Set<E>
}

const createOthers = <E extends Entry>(): Others<E> => ({
  addresses: createHashIndex(),
  blocks: createRangeIndex(),
  numbers: createRangeIndex(),
  beginnings: createTextIndex(),
  endings: createTextIndex({ backwards: true }),
  foldedBeginnings: createTextIndex(),
  foldedEndings: createTextIndex({ backwards: true }),
  exceptions: createExceptionIndex(),
  present: new Set(),
})

function changeOther<E extends Entry>(others: Others<E>, how: 'add' | 'remove', entry: E): void {
  const { condition } = entry
  switch (condition.op) {
    case 'equals':
      others.addresses[how](condition.address ?? '', entry)
      break
    case 'prefix':
      others.beginnings[how]([condition.text, ''], entry)
      break
    case 'suffix':
      others.endings[how](['', condition.text], entry)
      break
    case 'wildcard':
      if (isToldByEnding(condition.pieces)) others.endings[how](condition.pieces, entry)
      else others.beginnings[how](condition.pieces, entry)
      break
    case 'ignore-case': {
      const folded = foldCase(condition.text)
      if (condition.where === 'suffix') others.foldedEndings[how](['', folded], entry)
      else others.foldedBeginnings[how](condition.where === 'prefix' ? [folded, ''] : [folded], entry)
      break
    }
    case 'cidr':
      others.blocks[how](condition, entry)
      break
    case 'numeric': {
      const { above, below } = condition
      others.numbers[how]({ first: above?.value ?? -Infinity, last: below?.value ?? Infinity }, entry)
      break
    }
    case 'anything-but':
      others.exceptions[how](condition.except, entry)
      break
    case 'exists':
      if (how === 'add') others.present.add(entry)
      else others.present.delete(entry)
  }
}

const isToldByEnding = (pieces: Wildcard): boolean => (pieces.at(-1)?.length ?? 0) > (pieces[0]?.length ?? 0)

function findOthers<E extends Entry>(others: Others<E>, value: Scalar, candidate: (entry: E) => void): void {
  if (typeof value === 'number') others.numbers.find(value, candidate)
  if (typeof value !== 'string') return
  others.beginnings.find(value, candidate)
  others.endings.find(value, candidate)
  if (!others.foldedBeginnings.isEmpty() || !others.foldedEndings.isEmpty()) {
    const folded = foldCase(value)
    others.foldedBeginnings.find(folded, candidate)
    others.foldedEndings.find(folded, candidate)
  }
  if (others.addresses.isEmpty() && others.blocks.isEmpty()) return
  const address = parseAddress(value)
  if (address === undefined) return
  others.addresses.find(address, candidate)
  others.blocks.find(address, candidate)
}

/** What takes anything but some values: all of it, less what such a value excludes. */
interface ExceptionIndex<E> {
  add(except: readonly Condition[], entry: E): void
  remove(except: readonly Condition[], entry: E): void
  find(value: Scalar, met: (entry: E) => void): void
}

function createExceptionIndex<E extends Entry>(): ExceptionIndex<E> {
  const all = new Map<E, readonly Exclusion<E>[]>()
  let exclusions: ConditionIndex<Exclusion<E>> | undefined
  return {
    add(except, entry) {
      // Of nothing, the engine lets nothing through.
      if (except.length === 0) return
      exclusions ??= createConditionIndex()
      const its = except.map((condition) => ({ condition, excluded: entry }))
      for (const exclusion of its) exclusions.add(exclusion)
      all.set(entry, its)
    },
    remove(_, entry) {
      for (const exclusion of all.get(entry) ?? []) exclusions?.remove(exclusion)
      all.delete(entry)
    },
    find(value, met) {
      const excluded = new Set<E>()
      exclusions?.find(value, (exclusion) => excluded.add(exclusion.excluded))
      for (const entry of all.keys()) if (!excluded.has(entry)) met(entry)
    },
  }
}

interface Exclusion<E> extends Entry {
  readonly excluded: E
}
