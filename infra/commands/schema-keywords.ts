import * as z from 'zod'
import { Mistake } from '../mistake.ts'

export type Json = z.infer<ReturnType<typeof z.json>>

/** Beside `integer`, `number` stands for those with a fraction only: so an integer is one alternative of a number. */
export const TYPES = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'] as const
export type Type = (typeof TYPES)[number]

const TypeName = z.enum(TYPES)
const Schemas = z.array(z.json())
const Exclusive = z.union([z.number(), z.boolean()])

/** A JSON Schema, of draft 4 or later, as far as it is understood here; whatever else it has stays in it. */
export const Keywords = z
  .object({
    $ref: z.string(),
    type: z.union([TypeName.transform((name) => [name]), z.array(TypeName)]),
    enum: Schemas,
    const: z.json(),
    minimum: z.number(),
    maximum: z.number(),
    exclusiveMinimum: Exclusive,
    exclusiveMaximum: Exclusive,
    multipleOf: z.number(),
    minLength: z.number(),
    maxLength: z.number(),
    pattern: z.string(),
    format: z.string(),
    items: z.json(),
    prefixItems: Schemas,
    additionalItems: z.json(),
    minItems: z.number(),
    maxItems: z.number(),
    uniqueItems: z.boolean(),
    properties: z.record(z.string(), z.json()),
    required: z.array(z.string()),
    additionalProperties: z.json(),
    minProperties: z.number(),
    maxProperties: z.number(),
    allOf: Schemas,
    anyOf: Schemas,
    oneOf: Schemas,
  })
  .partial()
  .catchall(z.json())
export type Keywords = z.infer<typeof Keywords>

const ANNOTATIONS = ['$schema', '$id', 'id', '$anchor', '$comment', 'title', 'description', 'default', 'example']
const MORE_ANNOTATIONS = ['examples', 'deprecated', 'readOnly', 'writeOnly', 'definitions', '$defs']
const UNDERSTOOD = new Set([...Object.keys(Keywords.shape), ...ANNOTATIONS, ...MORE_ANNOTATIONS])

/** The keywords that say something and are not understood here, each as text with all that it may refer to. */
export const othersOf = (keywords: Keywords, root: Json): readonly string[] =>
  Object.entries(keywords).flatMap(([key, value]) => {
    if (UNDERSTOOD.has(key) || value === undefined) return []
    const text = canonical(value)
    return [`${key} ${text}${text.includes('"$ref"') ? canonical(root) : ''}`]
  })

/** A value as text that does not depend on the order of its keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}

/** The narrowest type of a value: 1 is an integer. */
export const typeOf = (value: Json): Type => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return TypeName.parse(typeof value)
}

/** What a reference, a JSON pointer after `#`, leads to. Throws a `Mistake` where that is nothing in this document. */
export function resolve(ref: string, root: Json): Json {
  const names = ref.replace(/^#\/?/, '').split('/').filter(Boolean)
  const target = names.reduce<Json | undefined>((at, name) => {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof at === 'object' && at !== null ? Object.entries(at).find(([found]) => found === key)?.[1] : undefined
  }, root)
  if (!ref.startsWith('#') || target === undefined)
    throw new Mistake(`A schema refers to ${ref}, which is not in the same document.`)
  return target
}

/** Tuples are `items` as a list up to draft 2019-09, and `prefixItems` since. */
export const prefixOf = ({ items, prefixItems }: Keywords): readonly Json[] =>
  prefixItems ?? (Array.isArray(items) ? items : [])

/** What all items after the prefix must be; `undefined` where nothing is said of them. */
export const restOf = ({ items, additionalItems }: Keywords): Json | undefined =>
  Array.isArray(items) ? additionalItems : items

/** A bound; `exclusive` where the value itself is out of it. */
export interface Limit {
  readonly value: number
  readonly exclusive: boolean
}

export const BOUNDS = [
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const
export type Bound = (typeof BOUNDS)[number]

const isUpper = (bound: Bound): boolean => bound.startsWith('max')

/** Whether the first bound lets through nothing that the second does not. */
export function isWithin(bound: Bound, one: Limit | undefined, other: Limit): boolean {
  if (!one) return false
  if (one.value === other.value) return one.exclusive || !other.exclusive
  return isUpper(bound) ? one.value < other.value : one.value > other.value
}

/** The limits that one schema sets for values of a type. Between integers there is nothing: theirs are inclusive. */
export function limitsOf(keywords: Keywords, type: Type): readonly (readonly [Bound, Limit])[] {
  const kind = { string: 'Length', array: 'Items', object: 'Properties', integer: 'imum', number: 'imum' }[String(type)]
  return BOUNDS.filter((bound) => kind !== undefined && bound.endsWith(kind)).flatMap((bound) =>
    limits(keywords, bound).map((limit) => [bound, type === 'integer' ? inclusive(bound, limit) : limit] as const),
  )
}

function limits(keywords: Keywords, bound: Bound): readonly Limit[] {
  const { [bound]: value, exclusiveMinimum, exclusiveMaximum } = keywords
  // In draft 4 `exclusiveMinimum` is a flag beside `minimum`; later it became a number of its own.
  const exclusive = { minimum: exclusiveMinimum, maximum: exclusiveMaximum }[String(bound)]
  return [
    ...(value === undefined ? [] : [{ value, exclusive: exclusive === true }]),
    ...(typeof exclusive === 'number' ? [{ value: exclusive, exclusive: true }] : []),
  ]
}

function inclusive(bound: Bound, { value, exclusive }: Limit): Limit {
  if (isUpper(bound)) return { value: exclusive ? Math.ceil(value) - 1 : Math.floor(value), exclusive: false }
  return { value: exclusive ? Math.floor(value) + 1 : Math.ceil(value), exclusive: false }
}
