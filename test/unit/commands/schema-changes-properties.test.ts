import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { breakingChanges } from '../../../infra/commands/schema-changes.ts'
import type { Json } from '../../../infra/commands/schema-keywords.ts'
import { anySchema, changed, documents, Node, Properties, type Schema, valuesOf } from './json-schemas.ts'

const RUNS = { numRuns: 200 }

const validator = (schema: Json) =>
  z.fromJSONSchema({ $schema: 'http://json-schema.org/draft-04/schema#', ...Node.parse(schema) })

describe('whatever the schema,', () => {
  test('nothing has changed between it and itself', () => {
    fc.assert(
      fc.property(documents, (schema) => {
        expect(breakingChanges(schema, structuredClone(schema))).toEqual([])
      }),
      RUNS,
    )
  })

  test('an optional property of a closed object breaks nobody', () => {
    fc.assert(
      fc.property(documents, anySchema, (before, added) => {
        const after = { ...before, properties: { ...Properties.parse(before.properties), added } }
        expect(breakingChanges(before, after)).toEqual([])
      }),
      RUNS,
    )
  })

  test('what was valid stays valid, or a breaking change is found', () => {
    const withValues = changed.chain(({ before, after }) =>
      fc.record({
        before: fc.constant(before),
        after: fc.constant(after),
        values: fc.array(valuesOf(before, before), { minLength: 5, maxLength: 15 }),
      }),
    )
    const seen = { silent: 0, found: 0, valid: 0 }
    fc.assert(
      fc.property(withValues, ({ before, after, values }) => {
        const [old, now] = [validator(before), validator(after)]
        const valid = values.filter((value) => old.safeParse(value).success)
        const isSilent = breakingChanges(before, after).length === 0
        seen[isSilent ? 'silent' : 'found']++
        if (!isSilent) return
        seen.valid += valid.length
        for (const value of valid) expect(now.safeParse(value).success, JSON.stringify(value)).toBe(true)
      }),
      { numRuns: 500 },
    )
    // The property says nothing unless both happen, with values to tell by.
    expect(Math.min(seen.silent, seen.found)).toBeGreaterThan(40)
    expect(seen.valid).toBeGreaterThan(400)
  })

  test('what breaks somebody is found, however deep it is', () => {
    const depths = fc.array(fc.constantFrom(...WRAPPERS), { maxLength: 4 })
    fc.assert(
      fc.property(depths, fc.constantFrom(...BREAKS), (wrappers, [before, after]) => {
        const wrapped = (schema: Schema) => wrappers.reduce<Schema>((inner, wrap) => wrap(inner), schema)
        expect(breakingChanges(wrapped(before), wrapped(after))).not.toEqual([])
      }),
      RUNS,
    )
  })
})

const object = (properties: Schema, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

/** Ways in which a schema is part of another. */
const WRAPPERS: readonly ((inner: Schema) => Schema)[] = [
  (inner) => object({ a: inner }, 'a'),
  (inner) => object({ a: inner, b: { type: 'string' } }),
  (inner) => ({ type: 'object', additionalProperties: inner }),
  (inner) => ({ type: 'array', items: inner }),
  (inner) => ({ type: 'array', items: [{ type: 'null' }, inner], additionalItems: false }),
  (inner) => ({ allOf: [inner] }),
  (inner) => ({ anyOf: [object({ other: { enum: ['x'] } }, 'other'), inner] }),
  (inner) => ({ oneOf: [inner, object({ other: { enum: ['x'] } }, 'other')] }),
]

const text = { type: 'string' }
const BREAKS: readonly (readonly [Schema, Schema])[] = [
  [object({ x: text }, 'x'), object({}, 'x')],
  [object({ x: text }), object({})],
  [object({ x: text }), object({ x: text }, 'x')],
  [object({ x: text }, 'x'), object({ x: text })],
  [object({}), object({ x: text }, 'x')],
  [text, { type: 'integer' }],
  [{ type: 'number' }, { type: 'integer' }],
  [{ type: 'integer' }, { type: 'number' }],
  [{ enum: ['A', 'B'] }, { enum: ['B'] }],
  [text, { ...text, enum: ['A'] }],
  [text, { ...text, format: 'uuid' }],
  [text, { ...text, pattern: '^a' }],
  [text, { ...text, minLength: 1 }],
  [
    { ...text, maxLength: 9 },
    { ...text, maxLength: 8 },
  ],
  [
    { type: 'number', minimum: 0 },
    { type: 'number', minimum: 0, exclusiveMinimum: true },
  ],
  [
    { type: 'array', items: text },
    { type: 'array', items: text, minItems: 1 },
  ],
  [
    { type: 'array', items: text },
    { type: 'array', items: text, uniqueItems: true },
  ],
  [{ type: ['string', 'null'] }, text],
  [{ ...object({}), additionalProperties: {} }, object({})],
]
