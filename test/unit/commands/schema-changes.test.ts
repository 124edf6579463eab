import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { breakingChanges } from '../../../infra/commands/schema-changes.ts'
import type { Json } from '../../../infra/commands/schema-keywords.ts'
import { Mistake } from '../../../infra/mistake.ts'

const jsonSchemaOf = (schema: z.ZodType): Json =>
  z.json().parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'draft-4' }))))

/** What is found when `p`, the one property of an event, changes. */
const found = (before: z.ZodType, after: z.ZodType): readonly string[] =>
  breakingChanges(jsonSchemaOf(z.strictObject({ p: before })), jsonSchemaOf(z.strictObject({ p: after }))).map(
    ({ path, what }) => `${path} ${what}`,
  )

const a = z.strictObject({ kind: z.literal('a'), x: z.string() })
const b = z.strictObject({ kind: z.literal('b'), y: z.int() })
const c = z.strictObject({ kind: z.literal('c') })
const { object, looseObject, strictObject, string, int, number, array, record, union, discriminatedUnion } = z

type Case = readonly [what: string, before: z.ZodType, after: z.ZodType, ...changes: string[]]

const BREAKING: readonly Case[] = [
  ['a property removed', strictObject({ x: string() }), strictObject({}), 'p.x was removed'],
  ['an optional one removed', strictObject({ x: string().optional() }), strictObject({}), 'p.x was removed'],
  ['one removed from an open object', looseObject({ x: string() }), looseObject({}), 'p.x was removed'],
  ['one renamed', object({ x: int() }), object({ y: int() }), 'p.x was removed', 'p.y is new and required'],
  ['made required', object({ x: int().optional() }), object({ x: int() }), 'p.x became required'],
  ['made optional', object({ x: int() }), object({ x: int().optional() }), 'p.x is not always there any more'],
  ['a new required one', object({}), object({ x: string() }), 'p.x is new and required'],
  ['another type', string(), int(), 'p type changed from string to integer'],
  ['no fractions any more', number(), int(), 'p type changed from number to integer'],
  ['fractions from now on', int(), number(), 'p type changed from integer to number'],
  ['null no more', string().nullable(), string(), 'p type changed from string | null to string'],
  ['null from now on', string(), string().nullable(), 'p type changed from string to string | null'],
  ['a value removed', z.enum(['A', 'B']), z.enum(['A']), 'p the value "B" was removed'],
  ['a constant changed', z.literal('A'), z.literal('B'), 'p the value "A" was removed'],
  ['any text to a list', string(), z.enum(['A', 'B']), 'p is limited to "A", "B"'],
  ['true only', z.boolean(), z.literal(true), 'p the value false was removed'],
  ['longer', string().min(1), string().min(2), 'p minLength was raised from 1 to 2'],
  ['shorter', string(), string().max(9), 'p maxLength 9 was added'],
  ['smaller', number().max(9), number().max(8), 'p maximum was lowered from 9 to 8'],
  ['not the limit itself', number().min(0), number().positive(), 'p minimum was raised from 0 to 0 (exclusive)'],
  ['multiples', number().multipleOf(0.1), number().multipleOf(0.25), 'p multipleOf changed from 0.1 to 0.25'],
  ['a pattern', string(), string().regex(/^a/), 'p pattern ^a was added'],
  ['another pattern', string().regex(/^a/), string().regex(/^b/), 'p pattern changed from ^a to ^b'],
  [
    'one of two patterns changed',
    string().regex(/^a/).regex(/z$/),
    string().regex(/^a/).regex(/y$/),
    'p pattern changed from z$ to y$',
  ],
  ['items', array(number()), array(string()), 'p[] type changed from number to string'],
  ['narrower items', array(z.enum(['A', 'B'])), array(z.enum(['B'])), 'p[] the value "A" was removed'],
  ['fewer items', array(int()).max(3), array(int()).max(2), 'p maxItems was lowered from 3 to 2'],
  [
    'a tuple cut',
    z.tuple([int(), string()]),
    z.tuple([int()]),
    'p maxItems was lowered from 2 to 1',
    'p[1] was removed',
  ],
  [
    'a kind removed',
    discriminatedUnion('kind', [a, b]),
    discriminatedUnion('kind', [a]),
    'p the kind with kind "b" was removed',
  ],
  [
    'a kind changed',
    discriminatedUnion('kind', [a, b]),
    discriminatedUnion('kind', [a, b.extend({ z: int() })]),
    'p.z is new and required',
  ],
  ['one kind to several', a, discriminatedUnion('kind', [a, b]), 'p.x is not always there any more'],
  ['a member removed', union([string(), int()]), string(), 'p type changed from string | integer to string'],
  [
    'a member added of a type of its own',
    string(),
    union([string(), array(int())]),
    'p type changed from string to string | array',
  ],
  ['closed', looseObject({}), strictObject({}), 'p.* is not allowed any more'],
  [
    'an open object takes the name',
    looseObject({}),
    looseObject({ x: string().optional() }),
    'p.x type changed from string | number | boolean | null | array | object to string',
  ],
  [
    'values of a record',
    record(string(), number()),
    record(string(), int()),
    'p.* type changed from number to integer',
  ],
  ['a key of a record', record(string(), int()), record(z.enum(['k']), int()), 'p.k is new and required'],
  ['deeper down', array(object({ q: object({ r: int() }) })), array(object({ q: object({}) })), 'p[].q.r was removed'],
]

const COMPATIBLE: readonly Case[] = [
  ['a new optional property', strictObject({}), strictObject({ x: string().optional() })],
  ['one more value', z.enum(['A']), z.enum(['A', 'B'])],
  [
    'any text instead of a list',
    z.enum(['A', 'BB']),
    string()
      .min(1)
      .max(2)
      .regex(/^[AB]+$/),
  ],
  ['looser limits', string().min(2).max(5), string().min(1)],
  ['the limit itself', number().positive(), number().min(0)],
  ['the same limit in other words', int().positive(), int().min(1)],
  ['a pattern dropped', string().regex(/^a/), string()],
  ['coarser multiples', number().multipleOf(0.3), number().multipleOf(0.1)],
  ['one more kind', discriminatedUnion('kind', [a, b]), discriminatedUnion('kind', [a, b, c])],
  ['kinds in another order', discriminatedUnion('kind', [a, b]), discriminatedUnion('kind', [b, a])],
  ['a list in place of literals', union([z.literal('A'), z.literal('B')]), z.enum(['A', 'B'])],
  ['null in other words', union([string(), z.null()]), string().nullable()],
  ['opened', strictObject({}), looseObject({})],
  [
    'two objects in place of their intersection',
    z.intersection(object({ x: int() }), object({ y: int() })),
    object({ x: int(), y: int() }),
  ],
  ['other words only', string(), string().describe('said better')],
  ['a default', int().default(1), int()],
]

const named = (cases: readonly Case[]) =>
  cases.map(([what, before, after, ...changes]) => ({ what, before, after, changes }))

describe('breaks somebody:', () => {
  test.each(named(BREAKING))('$what', ({ before, after, changes }) => {
    expect(found(before, after)).toEqual(changes)
  })
})

describe('breaks nobody:', () => {
  test.each(named(COMPATIBLE))('$what', ({ before, after }) => {
    expect(found(before, after)).toEqual([])
  })
})

test('a remedy fits its change', () => {
  const remedies = (before: z.ZodType, after: z.ZodType) =>
    breakingChanges(jsonSchemaOf(before), jsonSchemaOf(after)).map(({ remedy }) => remedy)
  expect(remedies(object({}), object({ x: int() }))).toEqual(['make it optional'])
  expect(remedies(object({ x: int() }), object({}))).toEqual(['keep it'])
  expect(remedies(object({ x: int() }), object({ x: int().optional() }))).toEqual(['keep it required'])
  expect(remedies(object({ x: int() }), object({ x: string() }))).toEqual(['undo that'])
})

describe('references', () => {
  const referring = (definition: Json): Json => ({
    properties: { p: { $ref: '#/definitions/a~1b' } },
    required: ['p'],
    definitions: { 'a/b': definition },
  })

  test('are followed', () => {
    expect(breakingChanges(referring({ type: 'string' }), referring({ type: 'null' }))).toMatchObject([{ path: 'p' }])
    const inlined = { properties: { p: { type: 'string' } }, required: ['p'] }
    expect(breakingChanges(referring({ type: 'string' }), inlined)).toEqual([])
    expect(breakingChanges(inlined, referring({ type: 'string' }))).toEqual([])
  })

  test('may go round in a circle', () => {
    const tree = (leaf: Json): Json => ({
      type: 'object',
      properties: { leaf, children: { type: 'array', items: { $ref: '#' } } },
    })
    expect(breakingChanges(tree({ type: 'string' }), tree({ type: 'string' }))).toEqual([])
    expect(breakingChanges(tree({ type: 'string' }), tree({ type: 'null' }))).toMatchObject([
      { path: 'leaf' },
      { path: 'children[].leaf' },
    ])
    const itself: Json = { anyOf: [{ $ref: '#' }, { type: 'string' }] }
    expect(breakingChanges(itself, { type: 'string' })).toEqual([])
  })

  test('must lead somewhere', () => {
    const lost = { $ref: '#/definitions/lost' }
    expect(() => breakingChanges(lost, lost)).toThrow(
      new Mistake('A schema refers to #/definitions/lost, which is not in the same document.'),
    )
  })
})

describe('a keyword that is not understood', () => {
  const not = (type: string): Json => ({ not: { type } })

  test('must stay as it is', () => {
    expect(breakingChanges(not('string'), not('string'))).toEqual([])
    expect(breakingChanges(not('string'), not('null')).map(({ what }) => what)).toEqual([
      'now demands not {"type":"null"}',
    ])
    expect(breakingChanges(not('string'), {})).toEqual([])
  })

  test('is a union of which exactly one member may fit, where several might', () => {
    const members: Json[] = [{ minimum: 1 }, { maximum: 9 }]
    expect(breakingChanges({ anyOf: members }, { oneOf: members })).not.toEqual([])
    expect(breakingChanges({ oneOf: members }, { oneOf: members })).toEqual([])
    expect(breakingChanges({ oneOf: members }, { anyOf: members })).toEqual([])
  })
})

test('draft 4 and later drafts mean the same', () => {
  const four: Json = { type: 'number', minimum: 0, exclusiveMinimum: true, enum: [1] }
  const later: Json = { type: 'number', exclusiveMinimum: 0, const: 1 }
  expect(breakingChanges(four, later)).toEqual([])
  expect(breakingChanges(later, four)).toEqual([])
  const pair = [{ type: 'string' }, { type: 'integer' }]
  expect(breakingChanges({ items: pair, additionalItems: false }, { prefixItems: pair, items: false })).toEqual([])
})
