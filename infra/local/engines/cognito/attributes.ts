import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Client, Pool } from './pools.ts'
import type { PoolProperties, SchemaAttribute } from './properties.ts'

export interface AttributeRule extends SchemaAttribute {
  readonly Mutable: boolean
}

type Attributes = Readonly<Record<string, string>>

const STRINGS = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture'],
  ...['website', 'email', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number', 'address', 'sub'],
]
const BOOLEANS = ['email_verified', 'phone_number_verified']
/** Cognito's own to say: a client never writes them. */
const NOT_FOR_CLIENTS = new Set(['sub', ...BOOLEANS])

/** As requests list them. */
export const AttributeList = z
  .array(z.strictObject({ Name: z.string().min(1).max(32), Value: z.string().max(2048).default('') }))
  .default([])

/** A later one of the same name counts. */
export const toAttributes = (list: z.output<typeof AttributeList>): Attributes =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))

/** As answers list them. */
export const toAttributeList = (attributes: Attributes) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))

/**
 * The attributes of a pool: the standard ones of OpenID Connect, and its own. A standard one can be changed unless the
 * pool says otherwise, one of its own cannot.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export function attributeRules({ Schema }: PoolProperties): ReadonlyMap<string, AttributeRule> {
  const standard = (Name: string, AttributeDataType: SchemaAttribute['AttributeDataType']): AttributeRule => ({
    Name,
    AttributeDataType,
    Required: false,
    Mutable: Name !== 'sub',
    StringAttributeConstraints: {},
    NumberAttributeConstraints: {},
  })
  const rules = new Map<string, AttributeRule>([
    ...STRINGS.map((name) => [name, standard(name, 'String')] as const),
    ...BOOLEANS.map((name) => [name, standard(name, 'Boolean')] as const),
    ['updated_at', standard('updated_at', 'Number')],
  ])
  for (const own of Schema) {
    const known = rules.get(own.Name)
    const Name = known ? own.Name : `custom:${own.Name}`
    const AttributeDataType = known?.AttributeDataType ?? own.AttributeDataType
    rules.set(Name, { ...own, Name, AttributeDataType, Mutable: own.Mutable ?? known?.Mutable ?? false })
  }
  return rules
}

/** What a client wants to write is its to write. Throws `NotAuthorizedException`. */
export function checkClientMayWrite({ properties }: Client, written: Attributes): void {
  const { WriteAttributes } = properties
  const forbidden = Object.keys(written).some(
    (name) => NOT_FOR_CLIENTS.has(name) || (WriteAttributes !== undefined && !WriteAttributes.includes(name)),
  )
  if (forbidden) throw new AwsError('NotAuthorizedException', 'A client attempted to write unauthorized attribute')
}

/** What a client may see of a user. */
export const readable = ({ properties: { ReadAttributes } }: Client, attributes: Attributes): Attributes =>
  ReadAttributes === undefined
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([name]) => name === 'sub' || ReadAttributes.includes(name)))

/**
 * Checks what is written over `before`, the attributes of a user who is there already.
 * Throws `InvalidParameterException` that names everything that does not fit the pool's schema.
 */
export function checkAttributes(pool: Pool, written: Attributes, before?: Attributes): void {
  const problems = Object.entries(written).flatMap(([name, value]) => {
    const problem = problemOf(pool.attributes.get(name), name, value, before)
    return problem ? [`${name}: ${problem}`] : []
  })
  refuse(problems)
  if (written.email !== undefined && !isEmail(written.email)) throw invalid('Invalid email address format.')
}

/** Throws `InvalidParameterException` that names what a new user lacks. */
export function checkRequired(pool: Pool, attributes: Attributes): void {
  const missing = [...pool.attributes.values()].filter(({ Name, Required }) => Required && !attributes[Name])
  refuse(missing.map(({ Name }) => `${Name}: The attribute is required`))
}

function problemOf(
  rule: AttributeRule | undefined,
  name: string,
  value: string,
  before: Attributes | undefined,
): string | undefined {
  if (!rule) return 'Attribute does not exist in the schema.'
  if (before && !rule.Mutable && before[name] !== value) return 'Attribute cannot be updated.'
  if (rule.AttributeDataType === 'Boolean') return /^(true|false)$/.test(value) ? undefined : 'Invalid boolean value.'
  const { MinLength = 0, MaxLength = 2048 } = rule.StringAttributeConstraints
  const { MinValue = -Infinity, MaxValue = Infinity } = rule.NumberAttributeConstraints
  if (rule.AttributeDataType === 'Number') {
    if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Invalid number value.'
    if (Number(value) < MinValue || Number(value) > MaxValue)
      return `Number must be between ${MinValue} and ${MaxValue}.`
    return undefined
  }
  if (value !== '' && value.length < MinLength) return `String must be at least ${MinLength} characters long.`
  if (value.length > MaxLength) return `String must be at most ${MaxLength} characters long.`
  return undefined
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0)
    throw invalid(`Attributes did not conform to the schema: ${problems.map((problem) => `${problem}\n`).join('')}`)
}

/** Whether it may be an address: no more than Cognito looks at. */
export const isEmail = (text: string): boolean => /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(text)

/** A parameter that Cognito does not take. */
export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)
