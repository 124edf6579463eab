import { BOUNDS, canonical, isWithin, type Json, type Limit, type Type } from './schema-keywords.ts'
import { alternatives, areDisjoint, type Place, type Shape, tagOf } from './schema-shapes.ts'

/** One thing that changed in a way that breaks somebody. */
export interface Change {
  /** Where: properties joined by dots, `[]` for the items of an array, `*` for properties of any name. */
  readonly path: string
  readonly what: string
  /** What to do instead. */
  readonly remedy: string
}

/** Compares two places; `passed` names the pairs that are being compared already, in schemas that refer to themselves. */
type Compare = (before: Place, after: Place, path: string, passed: ReadonlySet<string>) => readonly Change[]

const change = (path: string, what: string, remedy = 'undo that'): Change => ({ path, what, remedy })

/**
 * What breaks when a published schema changes, looked at from both sides:
 * - backward: whatever was valid must stay valid, because archived events are replayed;
 * - forward: who knows only the old schema must be able to read new events. Such a reader ignores properties that it does
 *   not know, and takes values, limits and members of unions that it does not know as they come; but what was always
 *   there must be there, and of no other type.
 *
 * So an optional property, one more value of an enumeration, one more kind in a union or a looser limit break nothing.
 */
export function breakingChanges(before: Json, after: Json): readonly Change[] {
  const whole = (root: Json): Place => ({ schemas: [root], root })
  const backward = narrowing(whole(before), whole(after), '', new Set())
  const told = new Set(backward.map(({ path }) => path))
  const forward = widening(whole(before), whole(after), '', new Set()).filter(({ path }) => !told.has(path))
  // Several alternatives of one place may tell the same.
  return [...new Map([...backward, ...forward].map((item) => [`${item.path} ${item.what}`, item])).values()]
}

/** The comparison, guarded against going round in a circle: a pair that is being compared already breaks nothing new. */
const once =
  (compare: Compare): Compare =>
  (before, after, path, passed) => {
    const pair = `${JSON.stringify(before.schemas)} ${JSON.stringify(after.schemas)}`
    return passed.has(pair) ? [] : compare(before, after, path, new Set([...passed, pair]))
  }

/** Backward: every alternative that there was must fit into one that there is. */
const narrowing: Compare = once((before, after, path, passed) => {
  const old = alternatives(before)
  const now = alternatives(after)
  const types = new Set(now.map(({ type }) => type))
  if (old.some(({ type }) => !types.has(type))) return [typeChange(path, old, now)]
  return old.flatMap((shape) => {
    const ofType = (shapes: readonly Shape[]) => shapes.filter(({ type }) => type === shape.type)
    // Of two single kinds the one has become the other; what has changed in it says more than that it is gone.
    const isSingle = shape.value === undefined && ofType(old).length === 1 && ofType(now).length === 1
    const candidates = isSingle ? ofType(now) : now.filter((candidate) => !areDisjoint(shape, candidate))
    if (candidates.length === 0) return [change(at(path), `${describe(shape)} was removed`)]
    if (shape.value === undefined && candidates.every(({ value }) => value !== undefined))
      return [change(at(path), `is limited to ${candidates.map(({ value }) => canonical(value ?? null)).join(', ')}`)]
    return fewest(candidates.map((candidate) => narrowed(shape, candidate, path, passed)))
  })
})

function narrowed(old: Shape, now: Shape, path: string, passed: ReadonlySet<string>): readonly Change[] {
  const here = at(path)
  const changes = [
    ...limitChanges(old, now),
    ...added('pattern', old.patterns, now.patterns, (pattern) => fits(old.value, pattern)),
    ...added('format', old.formats, now.formats),
    ...added('multipleOf', old.multiples.map(String), now.multiples.map(String), (factor) =>
      (typeof old.value === 'number' ? [old.value] : old.multiples).some((of) => isMultiple(of, Number(factor))),
    ),
    ...now.others.filter((other) => !old.others.includes(other)).map((other) => `now demands ${shorten(other)}`),
  ].map((what) => change(here, what))
  if (old.value !== undefined) return changes
  if (now.value !== undefined) return [...changes, change(here, `is limited to ${canonical(now.value)}`)]
  return [...changes, ...narrowedProperties(old, now, path, passed), ...narrowedItems(old, now, path, passed)]
}

function narrowedProperties(old: Shape, now: Shape, path: string, passed: ReadonlySet<string>): readonly Change[] {
  const names = [...old.properties.keys(), ...now.properties.keys(), ...now.required]
  const changes = [...new Set(names)].flatMap((name) => {
    const inner = join(path, name)
    const was = old.properties.get(name) ?? old.additional
    const is = now.properties.get(name) ?? now.additional
    // One that could not be there cannot be missed.
    const wasThere = was !== undefined && alternatives(was).length > 0
    if (wasThere && old.properties.has(name) && !now.properties.has(name))
      return [change(inner, 'was removed', 'keep it')]
    if (now.required.has(name) && !old.required.has(name))
      return [change(inner, old.properties.has(name) ? 'became required' : 'is new and required', 'make it optional')]
    return wasThere && is ? narrowing(was, is, inner, passed) : []
  })
  const [was, is] = [old.additional, now.additional]
  if (was && !is && old.type === 'object') return [...changes, change(join(path, '*'), 'is not allowed any more')]
  return was && is ? [...changes, ...narrowing(was, is, join(path, '*'), passed)] : changes
}

function narrowedItems(old: Shape, now: Shape, path: string, passed: ReadonlySet<string>): readonly Change[] {
  const most = old.bounds.get('maxItems')?.value ?? Number.POSITIVE_INFINITY
  return pairsOfItems(old, now).flatMap(([was, is, index]) => {
    if (!was || (index ?? 0) >= most || alternatives(was).length === 0) return []
    const inner = `${path}[${index ?? ''}]`
    return is ? narrowing(was, is, inner, passed) : [change(inner, 'was removed', 'keep it')]
  })
}

/** Forward: every alternative that there is must be readable as one that there was. */
const widening: Compare = once((before, after, path, passed) => {
  const old = alternatives(before)
  const now = alternatives(after)
  const types = new Set(old.map(({ type }) => type))
  if (old.length === 0) return []
  if (now.some(({ type }) => !types.has(type))) return [typeChange(path, old, now)]
  return now.flatMap((shape) => {
    const known = old.filter(({ type }) => type === shape.type)
    // Who reads one of several kinds must expect another one some day.
    if (known.length > 1 && known.every((candidate) => areDisjoint(candidate, shape))) return []
    const alike = known.filter((candidate) => !areDisjoint(candidate, shape))
    return fewest((alike.length > 0 ? alike : known).map((candidate) => widened(candidate, shape, path, passed)))
  })
})

function widened(old: Shape, now: Shape, path: string, passed: ReadonlySet<string>): readonly Change[] {
  const properties = [...new Set([...old.properties.keys(), ...now.properties.keys(), ...old.required])].flatMap(
    (name) => {
      const inner = join(path, name)
      if (old.required.has(name) && !now.required.has(name))
        return [change(inner, 'is not always there any more', 'keep it required')]
      const was = old.properties.get(name) ?? old.additional
      const is = now.properties.get(name)
      return was && is ? widening(was, is, inner, passed) : []
    },
  )
  const others =
    old.additional && now.additional ? widening(old.additional, now.additional, join(path, '*'), passed) : []
  const items = pairsOfItems(old, now).flatMap(([was, is, index]) =>
    was && is ? widening(was, is, `${path}[${index ?? ''}]`, passed) : [],
  )
  return [...properties, ...others, ...items]
}

/** What the first items were and are, each with its index, and then all further ones. */
function pairsOfItems(old: Shape, now: Shape): readonly (readonly [Place | undefined, Place | undefined, number?])[] {
  const length = Math.max(old.prefix.length, now.prefix.length)
  const firsts = Array.from(
    { length },
    (_, index) => [old.prefix[index] ?? old.rest, now.prefix[index] ?? now.rest, index] as const,
  )
  return [...firsts, [old.rest, now.rest]]
}

function limitChanges(old: Shape, now: Shape): readonly string[] {
  return BOUNDS.flatMap((bound) => {
    const [was, is] = [old.bounds.get(bound), now.bounds.get(bound)]
    const effective = limitOfValue(bound, old.value) ?? was
    if (!is || isWithin(bound, effective, is)) return []
    const verb = bound.startsWith('min') ? 'raised' : 'lowered'
    return [was ? `${bound} was ${verb} from ${print(was)} to ${print(is)}` : `${bound} ${print(is)} was added`]
  })
}

const print = ({ value, exclusive }: Limit): string => `${value}${exclusive ? ' (exclusive)' : ''}`

/** A single value is its own limit. Lengths are counted as JavaScript does, which is what validates. */
function limitOfValue(bound: (typeof BOUNDS)[number], value: Json | undefined): Limit | undefined {
  if (typeof value === 'number' && bound.endsWith('imum')) return { value, exclusive: false }
  if (typeof value === 'string' && bound.endsWith('Length')) return { value: value.length, exclusive: false }
  return undefined
}

/** What is demanded now and was not, unless `isImplied`. */
function added(
  keyword: string,
  old: readonly string[],
  now: readonly string[],
  isImplied = (_: string): boolean => false,
): readonly string[] {
  const dropped = old.filter((item) => !now.includes(item))
  return now
    .filter((item) => !old.includes(item) && !isImplied(item))
    .map((item) =>
      dropped.length > 0
        ? `${keyword} changed from ${shorten(dropped.join(' and '))} to ${shorten(item)}`
        : `${keyword} ${shorten(item)} was added`,
    )
}

const fits = (value: Json | undefined, pattern: string): boolean =>
  typeof value === 'string' && new RegExp(pattern, 'u').test(value)

/** Tolerates what binary fractions make of 0.3 / 0.1. */
const isMultiple = (of: number, factor: number): boolean =>
  Math.abs(of / factor - Math.round(of / factor)) < 1e-9 * Math.max(1, Math.abs(of / factor))

function typeChange(path: string, old: readonly Shape[], now: readonly Shape[]): Change {
  return change(at(path), `type changed from ${typesOf(old)} to ${typesOf(now)}`)
}

/** For people: an integer is a number. */
function typesOf(shapes: readonly Shape[]): string {
  const types = new Set<Type>(shapes.map(({ type }) => type))
  if (types.has('number')) types.delete('integer')
  return [...types].join(' | ') || 'nothing'
}

function describe(shape: Shape): string {
  if (shape.value !== undefined) return `the value ${canonical(shape.value)}`
  return `the kind with ${tagOf(shape) || shape.type}`
}

const fewest = (lists: readonly (readonly Change[])[]): readonly Change[] =>
  lists.reduce((best, list) => (list.length < best.length ? list : best), lists[0] ?? [])

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)
const join = (path: string, name: string): string => (path ? `${path}.${name}` : name)
const at = (path: string): string => path || 'the event'
