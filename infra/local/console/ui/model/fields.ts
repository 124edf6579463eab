import * as z from 'zod/mini'

/** One thing that an event says. */
export interface Field {
  /** As in `data.items[].sku`. */
  readonly path: string
  readonly type: string
  readonly required: boolean
  /** What its value is held to, in words. */
  readonly limits: string
  readonly description: string | undefined
}

const Schema = z.catch(
  z.looseObject({
    $ref: z.optional(z.string()),
    type: z.optional(z.union([z.string(), z.array(z.string())])),
    properties: z.optional(z.record(z.string(), z.unknown())),
    required: z.optional(z.array(z.string())),
    items: z.optional(z.unknown()),
    anyOf: z.optional(z.array(z.unknown())),
    oneOf: z.optional(z.array(z.unknown())),
    enum: z.optional(z.array(z.unknown())),
    const: z.optional(z.unknown()),
    format: z.optional(z.string()),
    description: z.optional(z.string()),
    nullable: z.optional(z.boolean()),
  }),
  {},
)
type Schema = z.infer<typeof Schema>

const DEEPEST = 8

/** The fields of an event's detail, in the order of the schema; of a schema without one, those of the whole. */
export function fieldsOf(content: unknown): readonly Field[] {
  const resolve = (schema: unknown): Schema => {
    const parsed = Schema.parse(schema)
    return parsed.$ref === undefined ? parsed : Schema.parse(pointed(content, parsed.$ref))
  }

  function walk(schema: Schema, prefix: string, depth: number): readonly Field[] {
    if (depth > DEEPEST) return []
    return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
      const property = resolve(value)
      const path = `${prefix}${name}`
      const items = property.items === undefined ? undefined : resolve(property.items)
      const field = {
        path,
        type: typeOf(property, resolve),
        required: schema.required?.includes(name) ?? false,
        limits: limitsOf(property),
        description: property.description,
      }
      return [field, ...walk(property, `${path}.`, depth + 1), ...(items ? walk(items, `${path}[].`, depth + 1) : [])]
    })
  }

  const root = resolve(pointed(content, '#/components/schemas/AWSEvent') ?? content)
  const { detail } = root.properties ?? {}
  return walk(detail === undefined ? root : resolve(detail), '', 0)
}

/** What `#/a/b` points to. https://datatracker.ietf.org/doc/html/rfc6901 */
const pointed = (content: unknown, reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at instanceof Object ? Reflect.get(at, part) : undefined), content)

function typeOf(schema: Schema, resolve: (schema: unknown) => Schema): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeOf(resolve(choice), resolve)))].join(' or ')
  if (schema.items !== undefined) return `array of ${typeOf(resolve(schema.items), resolve)}`
  const types = schema.type === undefined ? [] : [schema.type].flat()
  const [first] = schema.enum ?? (schema.const === undefined ? [] : [schema.const])
  const known = types.length > 0 ? types : [first === undefined ? 'anything' : typeof first]
  return [...known, ...(schema.nullable ? ['null'] : [])].join(' or ')
}

function limitsOf(schema: Schema): string {
  const values = schema.const === undefined ? schema.enum : [schema.const]
  const number = (name: string): number | undefined => {
    const value = schema[name]
    // The largest number that JavaScript can hold is no limit that anybody set.
    return typeof value === 'number' && value !== Number.MAX_SAFE_INTEGER ? value : undefined
  }
  // Up to draft 4 these are flags beside the limit, and later limits themselves.
  const over = schema.exclusiveMinimum === true ? number('minimum') : number('exclusiveMinimum')
  const under = schema.exclusiveMaximum === true ? number('maximum') : number('exclusiveMaximum')
  return [
    values?.map((value) => JSON.stringify(value)).join(', '),
    schema.format,
    range(number('minLength'), number('maxLength'), ' long'),
    over !== undefined && `more than ${over}`,
    under !== undefined && `less than ${under}`,
    range(over === undefined ? number('minimum') : undefined, under === undefined ? number('maximum') : undefined, ''),
    range(number('minItems'), number('maxItems'), ' of them'),
  ]
    .filter(Boolean)
    .join(', ')
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return `${min}–${max}${unit}`
  if (min !== undefined) return `at least ${min}${unit}`
  return max === undefined ? '' : `at most ${max}${unit}`
}
