import type { JsonSchema } from './json-schema.ts'

/** One field of a JSON object, for people. */
export interface Field {
  /** E.g. `email`, `items[].sku`. */
  readonly path: string
  readonly isRequired: boolean
  /** E.g. `text`, `UUID`, `PENDING or CONFIRMED`, `list of objects`. */
  readonly type: string
  /** What else is to be known, each a sentence or a part of one; e.g. `1 to 100 characters`. */
  readonly notes: readonly string[]
}

/** The fields of an object's schema, and those of the objects in it, in their order. */
export function fieldsOf({ properties = {}, required = [] }: JsonSchema, prefix = ''): readonly Field[] {
  return Object.entries(properties).flatMap(([name, given]) => {
    const schema = asSchema(given)
    const path = `${prefix}${name}`
    const field = { path, isRequired: required.includes(name), type: typeOf(schema), notes: notesOf(schema) }
    return [field, ...fieldsOf(schema, `${path}.`), ...fieldsOf(itemOf(schema), `${path}[].`)]
  })
}

/** JSON Schema writes `true` for whatever there may be. */
const asSchema = (schema: JsonSchema | boolean): JsonSchema => (typeof schema === 'boolean' ? {} : schema)

const itemOf = ({ items }: JsonSchema): JsonSchema => (Array.isArray(items) || !items ? {} : asSchema(items))

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  'date-time': 'date and time, ISO 8601 in UTC',
  date: 'date, ISO 8601',
  time: 'time, ISO 8601',
  email: 'e-mail address',
  uri: 'URL',
}
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
}

function typeOf(schema: JsonSchema): string {
  const { const: constant, enum: values, anyOf, oneOf, type, format } = schema
  if (constant !== undefined) return JSON.stringify(constant)
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  const either = anyOf ?? oneOf
  if (either) return either.map((one) => typeOf(asSchema(one))).join(' or ')
  if (type === 'array') return listOf(typeOf(itemOf(schema)))
  const types = [type ?? []].flat().map((one) => TYPES[one] ?? one)
  return (format && FORMATS[format]) ?? (types.join(' or ') || 'any JSON')
}

const listOf = (item: string): string => (/^\w+$/.test(item) ? `list of ${item}s` : `list, each ${item}`)

function notesOf(schema: JsonSchema): readonly string[] {
  const {
    description,
    minLength,
    maxLength,
    minItems,
    maxItems,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
  } = schema
  const isSafe = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  return [
    description,
    range(minLength, maxLength, 'characters'),
    range(minItems, maxItems, 'entries'),
    range(isSafe(minimum) ? minimum : undefined, isSafe(maximum) ? maximum : undefined),
    exclusiveMinimum === undefined ? undefined : `more than ${exclusiveMinimum}`,
    exclusiveMaximum === undefined ? undefined : `less than ${exclusiveMaximum}`,
    ...(schema.type === 'array' ? notesOf(itemOf(schema)).map((note) => `each: ${note}`) : []),
  ].filter((note) => note !== undefined)
}

function range(least: number | undefined, most: number | undefined, unit = ''): string | undefined {
  if (least === undefined && most === undefined) return undefined
  const limits =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `${least} to ${most}`
  return `${limits} ${unit}`.trimEnd()
}
