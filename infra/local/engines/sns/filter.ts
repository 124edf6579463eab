import {
  type CompiledPattern,
  compilePattern,
  InvalidEventPattern,
  matches,
  parseEvent,
} from '../eventbridge/pattern/index.ts'
import type { MessageAttribute } from './message.ts'
import { invalid } from './parameters.ts'

/** What a filter policy looks at. */
export type FilterScope = 'MessageAttributes' | 'MessageBody'

/** A filter policy, ready to be matched. */
export interface Filter {
  readonly scope: FilterScope
  readonly pattern: CompiledPattern
}

const MAX_KEYS = 5
const MAX_COMBINATIONS = 150
const MAX_BYTES = 256 * 1024

/**
 * Compiles a filter policy (JSON text): SNS matches as EventBridge does, and complains in the same words. `undefined` for
 * the policy that lets everything through. Throws `InvalidParameter`; `where` is how the caller's message begins.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function compileFilter(policy: string, scope: FilterScope, where = ''): Filter | undefined {
  const refuse = (reason: string) => invalid(`${where}FilterPolicy: ${reason}`)
  const parsed = parse(policy, refuse)
  if (Object.keys(parsed).length === 0) return undefined
  if (Buffer.byteLength(policy) > MAX_BYTES) throw refuse('Filter policy is too long')
  if (scope === 'MessageAttributes' && isNested(parsed))
    throw invalid('Filter policy scope MessageAttributes does not support nested filter policy')
  if (Object.keys(parsed).filter((key) => key !== '$or').length > MAX_KEYS)
    throw refuse(`Filter policy can not have more than ${MAX_KEYS} keys`)
  try {
    const pattern = compilePattern(policy)
    if (combinations(pattern) > MAX_COMBINATIONS) throw refuse('Filter policy is too complex')
    return { scope, pattern }
  } catch (error) {
    throw error instanceof InvalidEventPattern ? refuse(error.message) : error
  }
}

function parse(policy: string, refuse: (reason: string) => Error): object {
  try {
    const parsed: unknown = JSON.parse(policy)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  } catch (error) {
    throw refuse(`failed to parse JSON. ${error instanceof Error ? error.message : error}`)
  }
  throw refuse('Filter is not an object')
}

function isNested(policy: object): boolean {
  return Object.entries(policy).some(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return false
    if (!Array.isArray(value)) return true
    return key === '$or' && value.some((branch) => typeof branch === 'object' && branch !== null && isNested(branch))
  })
}

/** Values times levels of every field, multiplied; alternatives add up. */
const combinations = ({ alternatives }: CompiledPattern): number =>
  alternatives.reduce(
    (sum, fields) =>
      sum +
      fields.reduce(
        (product, { path, anyOf, orAbsent }) => product * (anyOf.length + Number(orAbsent)) * path.split('.').length,
        1,
      ),
    0,
  )

/** What filters look at in one message: parsed once for all of its subscriptions. */
export function filterable(body: string, attributes: Readonly<Record<string, MessageAttribute>>) {
  const attributeValues = Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = jsonOf(attribute)
    return value === undefined ? [] : [`${JSON.stringify(name)}:${value}`]
  })
  // Also to miss an attribute a message needs some: https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
  const byAttributes = attributeValues.length > 0 ? parseEvent(`{${attributeValues.join()}}`) : undefined
  let byBody: ReturnType<typeof parseEvent> | undefined | 'unread' = 'unread'

  return (filter: Filter | undefined): boolean => {
    if (!filter) return true
    if (filter.scope === 'MessageBody' && byBody === 'unread') byBody = parseBody(body)
    const event = filter.scope === 'MessageBody' ? byBody : byAttributes
    return event !== undefined && event !== 'unread' && matches(filter.pattern, event)
  }
}

function parseBody(body: string): ReturnType<typeof parseEvent> | undefined {
  try {
    return parseEvent(body)
  } catch {
    return undefined // not an object: no policy takes it
  }
}

/** An attribute's value as JSON text; undefined for those that no policy sees. */
function jsonOf({ DataType, StringValue = '' }: MessageAttribute): string | undefined {
  if (DataType.startsWith('Binary')) return undefined
  if (DataType === 'String.Array') return isArray(StringValue) ? StringValue : undefined
  if (DataType.startsWith('Number')) return JSON.stringify(Number(StringValue))
  return JSON.stringify(StringValue)
}

function isArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}
