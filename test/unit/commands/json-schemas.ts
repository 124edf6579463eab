import fc from 'fast-check'
import * as z from 'zod'
import type { Json } from '../../../infra/commands/schema-keywords.ts'

/** The part of JSON Schema that Zod writes for contracts. */
export type Schema = Readonly<Record<string, Json>>

const NAMES = ['a', 'b', 'c', 'd']

const texts = fc.record({ type: fc.constant('string') }).chain((base) =>
  fc.record(
    {
      type: fc.constant(base.type),
      minLength: fc.integer({ min: 0, max: 2 }),
      maxLength: fc.integer({ min: 3, max: 6 }),
      pattern: fc.constantFrom('^[ -~]*$', '^[^z]*$'),
    },
    { requiredKeys: ['type'] },
  ),
)
const numbers = fc.record(
  {
    type: fc.constantFrom('integer', 'number'),
    minimum: fc.integer({ min: -3, max: 0 }),
    maximum: fc.integer({ min: 1, max: 4 }),
    exclusiveMinimum: fc.constant(true),
  },
  { requiredKeys: ['type', 'minimum'] },
)
const listed = fc
  .uniqueArray(fc.constantFrom('red', 'green', 'blue', 1, 2), { minLength: 1 })
  .map((values) => ({ enum: values }))
const REFERENCE = '#/definitions/shared'

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  texts,
  numbers,
  listed,
  fc.constantFrom<Schema>({ type: 'boolean' }, { type: ['string', 'null'] }, {}, { $ref: REFERENCE }),
)

export const { schema: anySchema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    leaf,
    tie('object'),
    fc.record(
      {
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: fc.constant(1),
        maxItems: fc.integer({ min: 2, max: 3 }),
      },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.array(tie('schema'), { minLength: 2, maxLength: 2 }).map((anyOf) => ({ anyOf })),
    fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 2 }).chain((kinds) =>
      fc.array(tie('object'), { minLength: kinds.length, maxLength: kinds.length }).map((objects) => ({
        oneOf: objects.map((object, index) => tagged(object, kinds[index] ?? '')),
      })),
    ),
    fc.tuple(texts, texts).map(([one, other]) => ({ allOf: [one, other] })),
  ),
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 3 }),
      optional: fc.subarray(NAMES),
      additional: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: leaf }),
    })
    .map(({ properties, optional, additional }) => ({
      type: 'object',
      properties,
      required: Object.keys(properties).filter((name) => !optional.includes(name)),
      additionalProperties: additional,
    })),
}))

function tagged(object: Schema, kind: string): Schema {
  const { properties, required } = z
    .object({ properties: z.record(z.string(), z.json()), required: z.array(z.string()) })
    .parse(object)
  return { ...object, properties: { ...properties, kind: { enum: [kind] } }, required: [...required, 'kind'] }
}

export const documents = fc.tuple(anySchema, texts).map(([p, shared]) => documentOf(p, { ...shared, maxLength: 6 }))

/** An event with one property, beside the definition that references lead to. */
const documentOf = (p: Json, shared: Json): Schema => ({
  type: 'object',
  properties: { p },
  required: ['p'],
  additionalProperties: false,
  definitions: { shared },
})

export const Node = z.record(z.string(), z.json())
export const Properties = z.record(z.string(), z.json())

/** Every schema within a schema, with a function that makes the whole again with another in its place. */
function places(schema: Json): readonly { readonly node: Schema; readonly put: (node: Json) => Json }[] {
  const { data: node } = Node.safeParse(schema)
  if (!node || Array.isArray(schema)) return []
  const within = (key: string, part: Json, back: (part: Json) => Json) =>
    places(part).map((place) => ({ ...place, put: (inner: Json) => ({ ...node, [key]: back(place.put(inner)) }) }))
  return [
    { node, put: (other) => other },
    ...['properties', 'definitions'].flatMap((key) => {
      const parts = Properties.catch({}).parse(node[key])
      return Object.keys(parts).flatMap((name) =>
        within(key, parts[name] ?? {}, (part) => ({ ...parts, [name]: part })),
      )
    }),
    ...['anyOf', 'oneOf', 'allOf'].flatMap((key) => {
      const parts = z.array(z.json()).catch([]).parse(node[key])
      return parts.flatMap((member, index) => within(key, member, (part) => parts.with(index, part)))
    }),
    ...(node.items ? within('items', node.items, (part) => part) : []),
  ]
}

type Edit = (node: Schema, name: string, other: Schema) => Json

const requiredIn = (node: Schema) => z.array(z.string()).catch([]).parse(node.required)
const withoutKey = (node: Schema, key: string): Schema =>
  Object.fromEntries(Object.entries(node).filter(([name]) => name !== key))
const isObject = (node: Schema) => node.type === 'object'

const EDITS: readonly Edit[] = [
  (node, name) =>
    isObject(node)
      ? {
          ...node,
          properties: withoutKey(Properties.parse(node.properties), name),
          required: requiredIn(node).filter((one) => one !== name),
        }
      : node,
  (node, name) => (isObject(node) ? { ...node, required: [...new Set([...requiredIn(node), name])] } : node),
  (node, name) => (isObject(node) ? { ...node, required: requiredIn(node).filter((one) => one !== name) } : node),
  (node, name, other) =>
    isObject(node) ? { ...node, properties: { ...Properties.parse(node.properties), [name]: other } } : node,
  (node) => (isObject(node) ? { ...node, additionalProperties: false } : node),
  (node) => withoutKey(node, 'additionalProperties'),
  (node) => ({ ...node, minLength: 2 }),
  (node) => ({ ...node, maxLength: 4 }),
  (node) => ({ ...node, pattern: '^[^z]*$' }),
  (node) => ({ ...node, minimum: 0 }),
  (node) => ({ ...node, maximum: 2, exclusiveMaximum: true }),
  (node) => withoutKey(node, 'minimum'),
  (node) => (Array.isArray(node.enum) ? { enum: node.enum.slice(1) } : node),
  (node) => (Array.isArray(node.enum) ? { enum: [...node.enum, 'pink'] } : node),
  (node) => (Array.isArray(node.oneOf) ? { oneOf: node.oneOf.slice(1) } : node),
  (node) => (Array.isArray(node.anyOf) ? { anyOf: node.anyOf.slice(1) } : node),
  (node, _, other) => ({ anyOf: [node, other] }),
  (node, _, other) => ({ allOf: [node, other] }),
  (_, __, other) => other,
  (node) => ({ ...node, maxItems: 2 }),
]

export const changed = fc
  .tuple(
    documents,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...EDITS), fc.constantFrom(...NAMES), leaf), {
      minLength: 1,
      maxLength: 2,
    }),
  )
  .map(([before, edits]) => ({
    before,
    after: edits.reduce<Json>((schema, [index, edit, name, other]) => {
      // All but the whole: references lead into that.
      const all = places(schema).slice(1)
      const place = all[index % all.length]
      return place ? place.put(edit(place.node, name, other)) : schema
    }, before),
  }))
  // A definition that is nothing but itself describes no value, and no validator ends on it.
  .filter(({ after }) => !JSON.stringify(Node.parse(after).definitions ?? {}).includes(REFERENCE))

/** Some values that fit a schema, and some that may not. */
export function valuesOf(schema: Json, root: Schema): fc.Arbitrary<Json> {
  const { data: node = {} } = Node.safeParse(schema)
  if (node.$ref) return valuesOf(Node.parse(root.definitions).shared ?? {}, root)
  if (Array.isArray(node.enum)) return fc.constantFrom(...node.enum)
  const union = [node.anyOf, node.oneOf, node.allOf].find(Array.isArray)
  if (union) return fc.oneof(...union.map((member) => valuesOf(member, root)))
  const types = node.type === undefined ? ['string', 'integer', 'boolean', 'null'] : [node.type].flat()
  return fc.oneof(...types.map((type) => valuesOfType(String(type), node, root)))
}

function valuesOfType(type: string, node: Schema, root: Schema): fc.Arbitrary<Json> {
  switch (type) {
    case 'string':
      return fc.string({ maxLength: 6, unit: 'grapheme-ascii' })
    case 'integer':
      return fc.integer({ min: -3, max: 5 })
    case 'number':
      return fc.integer({ min: -6, max: 10 }).map((half) => half / 2)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf(node.items ?? {}, root), { minLength: 1, maxLength: 3 })
    default: {
      const properties = Properties.catch({}).parse(node.properties)
      const more =
        node.additionalProperties === false
          ? {}
          : { a: node.additionalProperties ?? {}, m: node.additionalProperties ?? {} }
      const all = Object.entries({ ...more, ...properties }).map(
        ([name, part]) => [name, valuesOf(part, root)] as const,
      )
      return fc.record(Object.fromEntries(all), { requiredKeys: requiredIn(node).filter((name) => name in properties) })
    }
  }
}
