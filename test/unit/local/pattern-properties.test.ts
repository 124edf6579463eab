import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compilePattern,
  createRuleIndex,
  explain,
  InvalidEventPattern,
  matches,
  parseEvent,
} from '../../../infra/local/engines/eventbridge/pattern/index.ts'

type Scalar = string | number | boolean | null
type Json = Scalar | readonly Json[] | { readonly [name: string]: Json }
type Pattern = { readonly [name: string]: Json }

const matched = (pattern: Pattern, event: Json): boolean =>
  matches(compilePattern(JSON.stringify(pattern)), parseEvent(JSON.stringify(event)))

const name = fc.constantFrom('a', 'b', 'c', 'd.e', 'prefixes')
const text = fc.oneof(fc.constantFrom('', 'x', 'y', 'X', '10.0.0.1', '::1'), fc.string({ maxLength: 8 }))
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null))

/** Events over few names and values, so that patterns do meet them; arrays of objects included. */
const event: fc.Arbitrary<{ [name: string]: Json }> = fc.letrec<{ object: { [name: string]: Json }; value: Json }>(
  (tie) => ({
    object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    value: fc.oneof({ maxDepth: 3 }, scalar, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  }),
).object

const operand = fc.constantFrom('x', 'y', 'X', 'ab')
const condition: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.boolean().map((exists) => ({ exists })),
  operand.map((prefix) => ({ prefix })),
  operand.map((text) => ({ suffix: { 'equals-ignore-case': text } })),
  operand.map((text) => ({ wildcard: `*${text}*` })),
  fc.oneof(operand, fc.integer({ min: -2, max: 2 })).map((value) => ({ 'anything-but': value })),
  fc.integer({ min: -2, max: 2 }).map((bound) => ({ numeric: ['>', bound] })),
  fc.constant({ cidr: '10.0.0.0/8' }),
)
const conditions = fc.array(condition, { minLength: 1, maxLength: 3 })

/** Patterns without `$or`; fields may be nested. */
const pattern: fc.Arbitrary<Pattern> = fc.letrec<{ pattern: Pattern; field: Json }>((tie) => ({
  pattern: fc.dictionary(name, tie('field'), { minKeys: 1, maxKeys: 3 }),
  field: fc.oneof({ maxDepth: 3, depthSize: 'small' }, conditions, tie('pattern')),
})).pattern

type Path = readonly string[]

/** Every scalar of a JSON value with the names that lead to it. */
function leavesOf(value: Json, path: Path = []): readonly (readonly [Path, Scalar])[] {
  if (isList(value)) return value.flatMap((item) => leavesOf(item, path))
  if (isScalar(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isScalar = (value: Json): value is Scalar => typeof value !== 'object' || value === null

function patternFor([first = '', ...rest]: Path, field: Json): Pattern {
  return { [first]: rest.reduceRight((inner: Json, key) => ({ [key]: inner }), field) }
}

/** An event with one of its leaves. */
const eventAndLeaf = event
  .filter((one) => leavesOf(one).length > 0)
  .chain((one) => fc.constantFrom(...leavesOf(one)).map(([path, leaf]) => ({ event: one, path, leaf })))

describe('event patterns in general', () => {
  it("take an event by any of its own leaves' value", () => {
    fc.assert(fc.property(eventAndLeaf, ({ event, path, leaf }) => matched(patternFor(path, [leaf]), event)))
  })

  it("refuse by anything but a leaf's value, if the path has no other", () => {
    const only = eventAndLeaf.filter(({ event, path, leaf }) => {
      const there = leavesOf(event).filter(([other]) => other.join('.') === path.join('.'))
      return there.length === 1 && (typeof leaf === 'string' || typeof leaf === 'number')
    })
    fc.assert(
      fc.property(only, ({ event, path, leaf }) => !matched(patternFor(path, [{ 'anything-but': leaf }]), event)),
    )
  })

  it('take the value of a leaf or else have it absent', () => {
    fc.assert(
      fc.property(eventAndLeaf, fc.boolean(), ({ event, path }, exists) => {
        expect(matched(patternFor(path, [{ exists }]), event)).toBe(exists)
      }),
    )
  })

  it('with $or take what either branch takes', () => {
    fc.assert(
      fc.property(pattern, pattern, event, (p, q, one) => {
        expect(matched({ $or: [p, q] }, one)).toBe(matched(p, one) || matched(q, one))
      }),
    )
  })

  it('take more with one condition more in a list', () => {
    fc.assert(
      fc.property(name, conditions, condition, event, (path, list, more, one) => {
        expect(matched({ [path]: [...list, more] }, one)).toBe(
          matched({ [path]: list }, one) || matched({ [path]: [more] }, one),
        )
      }),
    )
  })

  it('do not depend on the order of names', () => {
    fc.assert(
      fc.property(pattern, event, (p, one) => {
        expect(matched(reversedMembers(p), reversedMembers(one))).toBe(matched(p, one))
      }),
    )
  })

  it('are fully matched by an event exactly if no field of the explanation is amiss', () => {
    fc.assert(
      fc.property(pattern, event, (p, one) => {
        const compiled = compilePattern(JSON.stringify(p))
        const parsed = parseEvent(JSON.stringify(one))
        const amiss = explain(compiled, parsed).some((field) => !field.matched)
        expect(amiss).toBe(!matches(compiled, parsed))
      }),
    )
  })
})

/** The same JSON with all members in the opposite order. */
function reversed(value: Json): Json {
  if (isList(value)) return value.map(reversed)
  return isScalar(value) ? value : reversedMembers(value)
}

const reversedMembers = (value: Pattern): Pattern =>
  Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  )

/** Events and patterns that are mostly arrays of objects, over three names and two values. */
const bit = fc.constantFrom(0, 1)
const few = fc.constantFrom('a', 'b', 'c')
const arrays = fc.letrec<{ object: Pattern; value: Json }>((tie) => ({
  object: fc.dictionary(few, tie('value'), { maxKeys: 3 }),
  value: fc.oneof({ maxDepth: 4 }, bit, tie('object'), fc.array(tie('value'), { minLength: 1, maxLength: 3 })),
})).object

const nested = (field: fc.Arbitrary<Json>) =>
  fc.letrec<{ pattern: Pattern; field: Json }>((tie) => ({
    pattern: fc.dictionary(few, tie('field'), { minKeys: 1, maxKeys: 3 }),
    field: fc.oneof({ maxDepth: 2 }, field, tie('pattern')),
  })).pattern

const present = fc.oneof(
  bit.map((value) => [value]),
  fc.constantFrom<Json>([{ exists: true }], [{ 'anything-but': 1 }]),
)
const presentOrAbsent = fc.oneof(present, fc.constantFrom<Json>([{ exists: false }], [1, { exists: false }]))

/** A value without arrays, for every way of taking one element of each array. */
function* choices(value: Json): Generator<Json> {
  if (isList(value)) for (const item of value) yield* choices(item)
  else if (isScalar(value)) yield value
  else yield* objectChoices(Object.entries(value))
}

function* objectChoices([first, ...others]: readonly (readonly [string, Json])[]): Generator<Pattern> {
  if (first === undefined) yield {}
  else {
    const [key, value] = first
    for (const rest of objectChoices(others)) for (const chosen of choices(value)) yield { [key]: chosen, ...rest }
  }
}

describe('arrays', () => {
  it('match as some choice of one element each does', () => {
    fc.assert(
      fc.property(nested(present), arrays, (p, one) => {
        const chosen = [...take(choices(one), 500)]
        fc.pre(chosen.length < 500)
        expect(matched(p, one)).toBe(chosen.some((choice) => matched(p, choice)))
      }),
      { numRuns: 1000 },
    )
  })

  it('match in the index as they do singly', () => {
    fc.assert(
      fc.property(fc.array(nested(presentOrAbsent), { maxLength: 20 }), arrays, (patterns, one) => {
        const index = createRuleIndex<number>()
        for (const [key, p] of patterns.entries()) index.set(key, compilePattern(JSON.stringify(p)))
        const expected = [...patterns.keys()].filter((key) => matched(patterns[key] ?? {}, one))
        expect(new Set(index.match(parseEvent(JSON.stringify(one))))).toEqual(new Set(expected))
      }),
      { numRuns: 1000 },
    )
  })
})

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let taken = 0
  for (const item of items) {
    if (taken++ === count) return
    yield item
  }
}

describe('reading', () => {
  it('throws nothing but InvalidEventPattern on arbitrary text', () => {
    const mutilated = fc.tuple(pattern, fc.nat(), fc.string({ maxLength: 3 })).map(([one, at, noise]) => {
      const json = JSON.stringify(one)
      return json.slice(0, at % json.length) + noise + json.slice((at % json.length) + 1)
    })
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mutilated), (source) => {
        try {
          compilePattern(source)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEventPattern)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('takes as an event what JSON.parse takes as an object, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          event.map((one) => JSON.stringify(one)),
        ),
        (source) => {
          expect(accepts(() => parseEvent(source))).toBe(accepts(() => asObject(JSON.parse(source))))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

function accepts(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

function asObject(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object')
}

describe('the rule index', () => {
  const rule = fc.oneof(
    { weight: 3, arbitrary: pattern },
    { weight: 1, arbitrary: fc.tuple(pattern, pattern).map(([p, q]) => ({ $or: [p, q] })) },
  )

  it('finds the rules that match one by one, whatever was set, replaced or deleted before', () => {
    const change = fc.record({ key: fc.nat({ max: 12 }), rule: fc.option(rule) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.array(event, { maxLength: 5 }), (changes, events) => {
        const index = createRuleIndex<number>()
        const rules = new Map<number, Pattern>()
        for (const { key, rule } of changes) {
          if (rule === null) {
            index.delete(key)
            rules.delete(key)
          } else {
            index.set(key, compilePattern(JSON.stringify(rule)))
            rules.set(key, rule)
          }
        }
        for (const one of events) {
          const expected = [...rules].filter(([, rule]) => matched(rule, one)).map(([key]) => key)
          expect(index.match(parseEvent(JSON.stringify(one))).toSorted()).toEqual(expected.toSorted())
        }
      }),
      { numRuns: 500 },
    )
  })
})
