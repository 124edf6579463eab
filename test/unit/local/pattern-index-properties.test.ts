import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CompiledPattern,
  compilePattern,
  createRuleIndex,
  matches,
  parseEvent,
} from '../../../infra/local/engines/eventbridge/pattern/index.ts'
import { foldCase } from '../../../infra/local/engines/eventbridge/pattern/text.ts'

/** Few letters, so that texts have much in common; and those with more than two cases, or with halves. */
const letter = fc.constantFrom(...'aaabbAB*?', '\\', 'ß', 'ẞ', 'K', 'k', 'İ', 'i', 'Σ', 'σ', 'ς', 'ﬁ', '😀', '\ud83d')
const text = (minLength = 0) => fc.array(letter, { minLength, maxLength: 7 }).map((letters) => letters.join(''))
const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0.5, -0, 1e21, '100000000000000000001', '1e400'),
)
const address = fc.constantFrom('10.0.0.1', '010.0.0.1', '10.1.2.3', '::1', '0:0::1', '::ffff:a00:1', '0a000001')

/** JSON text: some numbers could not be written otherwise. */
const json = (value: unknown): string => JSON.stringify(value)
const scalar = fc.oneof(
  text().map(json),
  number.map(String),
  address.map(json),
  fc.constantFrom('true', 'false', 'null'),
)

const wildcard = fc
  .array(
    text().map((piece) => piece.replace(/[\\*]/g, '\\$&')),
    { minLength: 1, maxLength: 3 },
  )
  .map((pieces) => pieces.filter((piece, at) => piece !== '' || at === 0 || at === pieces.length - 1).join('*'))
const range = fc
  .tuple(fc.constantFrom('>', '>='), fc.integer({ min: -5, max: 5 }), fc.constantFrom('<', '<='), fc.nat({ max: 5 }))
  .map(([above, low, below, width]) => [above, low, below, low + width + 1])
const oneSided = fc.tuple(fc.constantFrom('<', '<=', '=', '>=', '>'), fc.integer({ min: -5, max: 5 }))

const operator = fc.oneof(
  text().map((prefix) => ({ prefix })),
  text().map((suffix) => ({ suffix })),
  text().map((operand) => ({ 'equals-ignore-case': operand })),
  text().map((operand) => ({ prefix: { 'equals-ignore-case': operand } })),
  text().map((operand) => ({ suffix: { 'equals-ignore-case': operand } })),
  wildcard.map((operand) => ({ wildcard: operand })),
  fc.oneof(range, oneSided).map((numeric) => ({ numeric })),
  fc.constantFrom('10.0.0.0/8', '10.0.0.0/31', '::/64').map((cidr) => ({ cidr })),
  text().map((exactly) => ({ exactly })),
  fc.boolean().map((exists) => ({ exists })),
  fc
    .oneof(
      fc.oneof(text(), fc.array(text(), { maxLength: 3 }), fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 })),
      text(1).map((prefix) => ({ prefix })),
      fc.array(text(1), { minLength: 1, maxLength: 3 }).map((suffix) => ({ suffix })),
      text().map((operand) => ({ 'equals-ignore-case': operand })),
      wildcard.map((operand) => ({ wildcard: operand })),
    )
    .map((except) => ({ 'anything-but': except })),
)
const condition = fc.oneof(scalar, operator.map(json))
const field = fc.array(condition, { minLength: 1, maxLength: 3 }).map((conditions) => `[${conditions}]`)

/** Compiled; what is not valid, such as a wildcard that is too complex, is left out. */
const rule = fc
  .dictionary(fc.constantFrom('a', 'a', 'b'), field, { minKeys: 1, maxKeys: 2 })
  .map((fields) => compiled(`{${Object.entries(fields).map(([name, list]) => `"${name}":${list}`)}}`))
  .filter((pattern) => pattern !== undefined)

function compiled(pattern: string): CompiledPattern | undefined {
  try {
    return compilePattern(pattern)
  } catch {
    return undefined
  }
}

const event = fc
  .dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.oneof(
      scalar,
      fc.array(scalar).map((list) => `[${list}]`),
    ),
  )
  .map((fields) => parseEvent(`{${Object.entries(fields).map(([name, value]) => `"${name}":${value}`)}}`))

const change = fc.record({ key: fc.nat({ max: 60 }), rule: fc.option(rule, { freq: 8 }) })

describe('the index of rules of every kind', () => {
  it('finds what a loop over them finds, whatever was set, replaced or deleted before', () => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 40, maxLength: 150 }),
        fc.array(event, { minLength: 5, maxLength: 10 }),
        (changes, events) => {
          const index = createRuleIndex<number>()
          const rules = new Map<number, CompiledPattern>()
          for (const { key, rule } of changes) {
            if (rule === null) index.delete(key)
            else index.set(key, rule)
            if (rule === null) rules.delete(key)
            else rules.set(key, rule)
          }
          for (const one of events) {
            const expected = [...rules].filter(([, rule]) => matches(rule, one)).map(([key]) => key)
            expect(index.match(one).toSorted()).toEqual(expected.toSorted())
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is empty again once all are deleted', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 30, maxLength: 40 }), fc.array(event), (rules, events) => {
        const index = createRuleIndex<number>()
        for (const [key, rule] of rules.entries()) index.set(key, rule)
        for (const key of rules.keys()) index.delete(key)
        for (const one of events) expect(index.match(one)).toEqual([])
      }),
    )
  })
})

describe('the folded form of a text', () => {
  it('is that of every text that a pattern of it takes, for each character', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code)
      const taken = /\p{Surrogate}/u.test(character) ? '?' : character
      for (const form of [taken.toLowerCase(), taken.toUpperCase()]) expect(foldCase(form)).toBe(foldCase(character))
    }
  })

  it('is that of its parts', () => {
    fc.assert(
      fc.property(text(), text(), (a, b) => {
        expect(foldCase(a + b)).toBe(foldCase(a) + foldCase(b))
      }),
    )
  })
})
