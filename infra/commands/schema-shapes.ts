import {
  type Bound,
  canonical,
  isWithin,
  type Json,
  Keywords,
  type Limit,
  limitsOf,
  othersOf,
  prefixOf,
  resolve,
  restOf,
  TYPES,
  type Type,
  typeOf,
} from './schema-keywords.ts'

/** What a place in a document must fulfil: all of these schemas, whose references lead into `root`. */
export interface Place {
  readonly schemas: readonly Json[]
  readonly root: Json
}

/** One alternative of what a place allows: of one type, and without references and unions. */
export interface Shape {
  readonly type: Type
  /** The only value, if there is only one. */
  readonly value?: Json
  readonly bounds: ReadonlyMap<Bound, Limit>
  readonly multiples: readonly number[]
  readonly patterns: readonly string[]
  readonly formats: readonly string[]
  /** Whatever else is demanded, as text. */
  readonly others: readonly string[]
  readonly properties: ReadonlyMap<string, Place>
  readonly required: ReadonlySet<string>
  /** What further properties must be; `undefined` where there may be none. */
  readonly additional: Place | undefined
  /** What the first items must be, and all further ones; `undefined` where there may be none. */
  readonly prefix: readonly Place[]
  readonly rest: Place | undefined
}

/**
 * Everything that a place allows, as alternatives: references resolved, `allOf` combined, unions multiplied out, every
 * type and every value of an enumeration on its own. Empty where nothing is allowed.
 * https://json-schema.org/draft-04/draft-fge-json-schema-validation-00
 */
export const alternatives = ({ schemas, root }: Place): readonly Shape[] =>
  schemas
    .map((schema) => expand(schema, root, new Set()))
    .reduce<Alternatives>(product, [[]])
    .flatMap((conjuncts) => shapesOf(conjuncts, root))

/** No value has both shapes: their types, their values, or the values of a property that both require differ. */
export function areDisjoint(one: Shape, other: Shape): boolean {
  if (one.type !== other.type) return true
  if (one.value !== undefined && other.value !== undefined) return !isSame(one.value, other.value)
  return [...one.required].some((name) => {
    const values = valuesAt(one, name)
    const others = valuesAt(other, name)
    return other.required.has(name) && values && others && values.isDisjointFrom(others)
  })
}

/** What tells an object from the others of its union, e.g. `kind "card"`; empty if nothing does. */
export const tagOf = (shape: Shape): string =>
  [...shape.required]
    .flatMap((name) => {
      const values = valuesAt(shape, name)
      return values?.size === 1 ? [`${name} ${[...values]}`] : []
    })
    .join(', ')

/** The values that a property may have, where they are listed. */
function valuesAt({ properties }: Shape, name: string): ReadonlySet<string> | undefined {
  const place = properties.get(name)
  const shapes = place ? alternatives(place) : []
  const values = shapes.flatMap(({ value }) => (value === undefined ? [] : [canonical(value)]))
  return values.length > 0 && values.length === shapes.length ? new Set(values) : undefined
}

/** An "or" of "and"s: each list is one way to fulfil a schema. */
type Alternatives = readonly (readonly Keywords[])[]

const product = (one: Alternatives, other: Alternatives): Alternatives =>
  one.flatMap((left) => other.map((right) => [...left, ...right]))

function expand(schema: Json, root: Json, passed: ReadonlySet<string>): Alternatives {
  if (schema === false) return []
  const { $ref, allOf = [], anyOf, oneOf, ...own } = Keywords.parse(schema === true ? {} : schema)
  if (own.not !== undefined && ['{}', 'true'].includes(canonical(own.not))) return []
  const within = (part: Json) => expand(part, root, passed)
  const parts: Alternatives[] = [[[{ ...own, ...exclusiveUnion(oneOf, root) }]], ...allOf.map(within)]
  for (const union of [anyOf, oneOf]) if (union) parts.push(union.flatMap(within))
  // A reference that leads back to itself, with no property between, allows nothing more.
  if ($ref !== undefined)
    parts.push(passed.has($ref) ? [] : expand(resolve($ref, root), root, new Set([...passed, $ref])))
  return parts.reduce(product)
}

/** `oneOf` is `anyOf` where no value fits two of its members; where one might, the whole of it must stay as it is. */
function exclusiveUnion(oneOf: readonly Json[] | undefined, root: Json): Keywords {
  if (!oneOf) return {}
  const members = oneOf.map((schema) => alternatives({ schemas: [schema], root }))
  const areApart = members.every((member, index) =>
    members.slice(index + 1).every((other) => member.every((a) => other.every((b) => areDisjoint(a, b)))),
  )
  return areApart ? {} : { 'exactly one of': [...oneOf] }
}

function shapesOf(conjuncts: readonly Keywords[], root: Json): readonly Shape[] {
  const lists = conjuncts.flatMap((keywords) => [
    ...(keywords.enum ? [keywords.enum] : []),
    ...(keywords.const === undefined ? [] : [[keywords.const]]),
  ])
  const types = TYPES.filter((type) => conjuncts.every((keywords) => allows(keywords, type)))
  return types.flatMap((type) => {
    // The limits of integers are inclusive; where fractions are allowed beside them, they are the same for both.
    const limited = types.includes('number') && type === 'integer' ? 'number' : type
    const shape = { ...shapeOf(type, conjuncts, root), bounds: boundsOf(limited, conjuncts) }
    const values = lists[0] ?? { boolean: [true, false], null: [null] }[String(type)]
    if (!values) return [shape]
    return values
      .filter((value) => typeOf(value) === type && lists.every((list) => list.some((item) => isSame(item, value))))
      .map((value) => ({ ...shape, value }))
  })
}

const isSame = (one: Json, other: Json): boolean => canonical(one) === canonical(other)

const allows = ({ type: types }: Keywords, type: Type): boolean =>
  !types || types.includes(type) || (type === 'integer' && types.includes('number'))

function shapeOf(type: Type, conjuncts: readonly Keywords[], root: Json): Omit<Shape, 'bounds'> {
  const only = (...types: readonly Type[]) => (types.includes(type) ? conjuncts : [])
  const objects = only('object')
  const arrays = only('array')
  const place = (found: readonly (Json | undefined)[]): Place | undefined => {
    const schemas = found.filter((schema) => schema !== undefined)
    return schemas.includes(false) ? undefined : { schemas, root }
  }
  const never: Place = { schemas: [false], root }
  const names = new Set(objects.flatMap(({ properties = {} }) => Object.keys(properties)))
  const length = Math.max(0, ...arrays.map((keywords) => prefixOf(keywords).length))
  return {
    type,
    multiples: defined(only('integer', 'number').map(({ multipleOf }) => multipleOf)),
    patterns: defined(only('string').map(({ pattern }) => pattern)),
    formats: defined(only('string', 'integer', 'number').map(({ format }) => format)),
    others: [
      ...conjuncts.flatMap((keywords) => othersOf(keywords, root)),
      ...(arrays.some(({ uniqueItems }) => uniqueItems) ? ['uniqueItems'] : []),
    ],
    properties: new Map(
      [...names].map((name) => {
        const found = objects.map(({ properties = {}, additionalProperties }) =>
          Object.hasOwn(properties, name) ? properties[name] : additionalProperties,
        )
        return [name, place(found) ?? never] as const
      }),
    ),
    required: new Set(objects.flatMap(({ required = [] }) => required)),
    additional: place(objects.map(({ additionalProperties }) => additionalProperties)),
    prefix: Array.from(
      { length },
      (_, index) => place(arrays.map((keywords) => prefixOf(keywords)[index] ?? restOf(keywords))) ?? never,
    ),
    rest: place(arrays.map(restOf)),
  }
}

const defined = <Item>(items: readonly (Item | undefined)[]): readonly Item[] =>
  items.filter((item) => item !== undefined)

/** The tightest of each bound. */
function boundsOf(type: Type, conjuncts: readonly Keywords[]): ReadonlyMap<Bound, Limit> {
  const bounds = new Map<Bound, Limit>()
  for (const [bound, limit] of conjuncts.flatMap((keywords) => limitsOf(keywords, type)))
    if (!isWithin(bound, bounds.get(bound), limit)) bounds.set(bound, limit)
  return bounds
}
