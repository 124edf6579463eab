import type { Bound, Condition } from './conditions.ts'
import { invalid, seen } from './invalid.ts'
import type { JsonArray, JsonNode } from './json.ts'
import { numberScalar } from './scalar.ts'

/** Reads the operand of `numeric`, one term after the other as the engine does. Throws InvalidEventPattern. */
export function parseNumeric(pattern: string, node: JsonNode): Condition {
  if (node.kind !== 'array') throw invalid(pattern, 'Value of numeric must be an array.', seen(node))
  const [operator] = node.items
  if (operator?.kind !== 'string') {
    throw invalid(pattern, `Invalid member in numeric match: ${firstToken(pattern, operator)}`, seenOrEnd(node, 0))
  }
  switch (operator.value) {
    case '=': {
      const value = term(pattern, node, 1, 'equals')
      expectEnd(pattern, node, 2, 'Too many elements in numeric expression')
      const bound = { value: comparable(pattern, node, value), inclusive: true }
      return { op: 'numeric', above: bound, below: bound }
    }
    case '<':
    case '<=': {
      const value = term(pattern, node, 1, operator.value)
      expectEnd(pattern, node, 2, 'Too many elements in numeric expression')
      return { op: 'numeric', below: bound(pattern, node, value, operator.value) }
    }
    case '>':
    case '>=':
      return parseRange(pattern, node, operator.value)
    default:
      throw invalid(pattern, `Unrecognized numeric range operator: ${operator.value}`, seenOrEnd(node, 1))
  }
}

function parseRange(pattern: string, node: JsonArray, lower: '>' | '>='): Condition {
  const bottom = term(pattern, node, 1, lower)
  const operator = node.items[2]
  if (operator === undefined) return { op: 'numeric', above: bound(pattern, node, bottom, lower) }
  if (operator.kind !== 'string') {
    throw invalid(pattern, `Bad value in numeric range: ${firstToken(pattern, operator)}`, seen(operator))
  }
  const upper = operator.value
  if (upper !== '<' && upper !== '<=') throw invalid(pattern, `Bad numeric range operator: ${upper}`, operator.end)
  const top = term(pattern, node, 3, upper)
  expectEnd(pattern, node, 4, 'Too many terms in numeric range expression')
  const above = bound(pattern, node, bottom, lower)
  const below = bound(pattern, node, top, upper)
  if (above.value >= below.value) throw invalid(pattern, 'Bottom must be less than top', node.end)
  return { op: 'numeric', above, below }
}

/** The lexeme of the number at an index of the list. */
function term(pattern: string, list: JsonArray, index: number, operator: string): string {
  const node = list.items[index]
  if (node?.kind !== 'number') throw invalid(pattern, `Value of ${operator} must be numeric`, seenOrEnd(list, index))
  return node.text
}

function bound(pattern: string, list: JsonArray, lexeme: string, operator: string): Bound {
  return { value: comparable(pattern, list, lexeme), inclusive: operator.endsWith('=') }
}

function comparable(pattern: string, list: JsonArray, lexeme: string): number {
  const value = numberScalar(lexeme)
  if (typeof value !== 'number') throw invalid(pattern, `Cannot compare number : ${lexeme}`, list.end)
  return value
}

function expectEnd(pattern: string, list: JsonArray, index: number, reason: string): void {
  if (list.items.length > index) throw invalid(pattern, reason, seenOrEnd(list, index))
}

function seenOrEnd(list: JsonArray, index: number): number {
  const node = list.items[index]
  return node === undefined ? list.end : seen(node)
}

/** What the engine's reader calls the current token: a bracket, or the whole scalar. */
function firstToken(pattern: string, node: JsonNode | undefined): string {
  return node === undefined ? ']' : pattern.slice(node.start, seen(node))
}
