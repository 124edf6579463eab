import { parseAddress, parseCidr } from './address.ts'
import type { Condition, Where } from './conditions.ts'
import { complain, invalid, seen } from './invalid.ts'
import type { JsonArray, JsonMember, JsonNode, JsonObject } from './json.ts'
import { parseNumeric } from './numeric.ts'
import { numberScalar } from './scalar.ts'
import { asUtf8, ignoringCase, parseWildcard } from './text.ts'

/** An element of a pattern's list: a condition on a leaf, or that there be none. */
export type Element = Condition | { readonly op: 'absent' }

/** Reads one element of a field's list. Throws InvalidEventPattern. */
export function parseElement(pattern: string, node: JsonNode): Element {
  switch (node.kind) {
    case 'string': {
      const address = parseAddress(node.value)
      return { op: 'equals', value: node.value, ...(address !== undefined && { address }) }
    }
    case 'number':
      return { op: 'equals', value: numberScalar(node.text) }
    case 'literal':
      return { op: 'equals', value: node.value }
    case 'array':
      throw invalid(pattern, 'Match value must be String, number, true, false, or null', seen(node))
    case 'object':
      return parseOperator(pattern, node)
  }
}

function parseOperator(pattern: string, node: JsonObject): Element {
  const [member, second] = node.members
  if (member === undefined) throw invalid(pattern, 'Match expression name not found', node.end)
  const element = parseOperand(pattern, member)
  if (second !== undefined) {
    const numeric = member.key === 'numeric' || member.key === 'anything-but'
    throw invalid(pattern, numeric ? TOO_MANY_ELEMENTS : ONLY_ONE_KEY, seen(second.value))
  }
  return element
}

const ONLY_ONE_KEY = 'Only one key allowed in match expression'
/** Whoever wrote the engine took anything-but's check from numeric's; both say this. */
const TOO_MANY_ELEMENTS = 'Too many elements in numeric expression'

function parseOperand(pattern: string, member: JsonMember): Element {
  const { key, value } = member
  switch (key) {
    case 'exactly':
      return { op: 'equals', value: text(pattern, value, 'exact') }
    case 'prefix':
    case 'suffix':
      if (value.kind === 'object') return parseIgnoreCase(pattern, key, value)
      return { op: key, text: asUtf8(text(pattern, value, key)) }
    case 'equals-ignore-case':
      return ignoreCase(text(pattern, value, key), 'whole')
    case 'wildcard':
      return wildcard(pattern, text(pattern, value, key), value.end)
    case 'cidr': {
      // The engine's message for a wrong type names the wrong operator.
      const block = text(pattern, value, 'prefix')
      return { op: 'cidr', text: block, ...complain(pattern, undefined, () => parseCidr(block)) }
    }
    case 'numeric':
      return parseNumeric(pattern, value)
    case 'exists':
      if (value.kind !== 'literal' || value.value === null) {
        throw invalid(pattern, 'exists match pattern must be either true or false.', seen(value))
      }
      return { op: value.value ? 'exists' : 'absent' }
    case 'anything-but':
      return { op: 'anything-but', except: parseExceptions(pattern, value) }
    default:
      throw invalid(pattern, `Unrecognized match type ${key}`, seen(value))
  }
}

function text(pattern: string, node: JsonNode, operator: string): string {
  if (node.kind !== 'string') throw invalid(pattern, `${operator} match pattern must be a string`, seen(node))
  return node.value
}

function wildcard(pattern: string, operand: string, end: number): Condition {
  return { op: 'wildcard', text: operand, pieces: complain(pattern, end, () => parseWildcard(operand)) }
}

function ignoreCase(operand: string, where: Where): Condition {
  const begin = where === 'suffix' ? '' : '^'
  const end = where === 'prefix' ? '' : '$'
  return { op: 'ignore-case', text: operand, where, expression: new RegExp(begin + ignoringCase(operand) + end) }
}

function parseIgnoreCase(pattern: string, where: 'prefix' | 'suffix', node: JsonObject): Condition {
  const [member, second] = node.members
  if (member === undefined) {
    throw invalid(pattern, `${where === 'prefix' ? 'Prefix' : 'Suffix'} expression name not found`, node.end)
  }
  if (member.key !== 'equals-ignore-case') {
    throw invalid(pattern, `Unsupported ${where} pattern: ${member.key}`, seen(member.value))
  }
  const condition = ignoreCase(text(pattern, member.value, member.key), where)
  if (second !== undefined) throw invalid(pattern, ONLY_ONE_KEY, seen(second.value))
  return condition
}

const NEITHER_LIST_NOR_SCALAR = 'Value of anything-but must be an array or single string/number value.'

function parseExceptions(pattern: string, node: JsonNode): Condition[] {
  switch (node.kind) {
    case 'array':
      return parseExceptionList(pattern, node)
    case 'object':
      return parseNestedExceptions(pattern, node)
    case 'literal':
      throw invalid(pattern, NEITHER_LIST_NOR_SCALAR, node.end)
    default:
      return [parseException(pattern, node)]
  }
}

function parseExceptionList(pattern: string, list: JsonArray): Condition[] {
  const except = readList(pattern, list, (item) => parseException(pattern, item))
  const kinds = new Set(list.items.map((item) => item.kind))
  if (kinds.size !== 1) {
    const reason = 'Inside anything but list, either all values are number or string, mixed type is not supported'
    throw invalid(pattern, reason, list.end)
  }
  return except
}

/** Reads the elements of a list. The engine reports trouble with one of them twice over, position included. */
function readList<T>(pattern: string, list: JsonArray, read: (item: JsonNode) => T): T[] {
  return list.items.map((item) => {
    return complain(pattern, item.kind === 'string' ? item.end : seen(item), () => read(item))
  })
}

function parseException(pattern: string, node: JsonNode): Condition {
  if (node.kind === 'string') return { op: 'equals', value: node.value }
  if (node.kind !== 'number') {
    throw invalid(pattern, 'Inside anything but list, start|null|boolean is not supported.', seen(node))
  }
  const value = numberScalar(node.text)
  if (typeof value !== 'number') throw invalid(pattern, `Cannot compare number : ${node.text}`)
  return { op: 'equals', value }
}

function parseNestedExceptions(pattern: string, node: JsonObject): Condition[] {
  const [member, second] = node.members
  if (member === undefined) throw invalid(pattern, 'Anything-But expression name not found', node.end)
  const { key, value } = member
  if (key !== 'prefix' && key !== 'suffix' && key !== 'equals-ignore-case' && key !== 'wildcard') {
    throw invalid(pattern, `Unsupported anything-but pattern: ${key}`, seen(value))
  }
  if (value.kind === 'object' || value.kind === 'literal') throw invalid(pattern, NEITHER_LIST_NOR_SCALAR, seen(value))
  const read = (item: JsonNode) => readException(pattern, key, item)
  const operands = value.kind === 'array' ? readList(pattern, value, read) : [read(value)]
  const except = operands.map((operand) => nestedException(pattern, key, operand, value.end))
  if (second !== undefined) throw invalid(pattern, TOO_MANY_ELEMENTS, seen(second.value))
  return except
}

type Nestable = 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard'

function readException(pattern: string, operator: Nestable, node: JsonNode): string {
  if (operator === 'wildcard') return text(pattern, node, operator)
  if (operator === 'equals-ignore-case') {
    if (node.kind === 'string') return node.value
    const reason = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
    throw invalid(pattern, reason, seen(node))
  }
  const operand = text(pattern, node, 'prefix/suffix')
  if (operand === '') throw invalid(pattern, 'Null prefix/suffix not allowed', node.end)
  return operand
}

function nestedException(pattern: string, operator: Nestable, operand: string, end: number): Condition {
  if (operator === 'wildcard') return wildcard(pattern, operand, end)
  if (operator === 'equals-ignore-case') return ignoreCase(operand, 'whole')
  return { op: operator, text: asUtf8(operand) }
}
