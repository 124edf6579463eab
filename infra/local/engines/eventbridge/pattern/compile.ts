import { isTooComplex } from './complexity.ts'
import type { Condition } from './conditions.ts'
import { invalid, seen } from './invalid.ts'
import { type JsonArray, type JsonNode, type JsonObject, JsonSyntaxError, parseJson } from './json.ts'
import { parseElement } from './operators.ts'

/** A pattern, ready to be matched: it takes an event if one of its alternatives does. Only `$or` makes several. */
export interface CompiledPattern {
  readonly alternatives: readonly Alternative[]
}

/** Fields that must all match, in the order of their paths (the engine's results depend on it). */
export type Alternative = readonly Field[]

export interface Field {
  /** Names joined with dots, the same whether the pattern nests them or spells them with dots. */
  readonly path: string
  /** One of these must hold for a leaf at the path… */
  readonly anyOf: readonly Condition[]
  /** …or, if this is set, there may be no leaf there. */
  readonly orAbsent: boolean
}

const MAX_ALTERNATIVES = 1000

/** Parses and checks a pattern. Throws InvalidEventPattern. */
export function compilePattern(patternJson: string): CompiledPattern {
  const root = parsePattern(patternJson)
  if (root?.kind !== 'object') {
    throw invalid(patternJson, 'Filter is not an object', root === undefined ? patternJson.length : seen(root))
  }
  const compiler = { pattern: patternJson, withinOr: false }
  const alternatives = readObject(compiler, root, '', [new Map()]).map(inPathOrder)
  if (alternatives.some((fields) => fields.some((field) => isTooComplex(field.anyOf)))) {
    throw invalid(
      patternJson,
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    )
  }
  return { alternatives }
}

function parsePattern(pattern: string): JsonNode | undefined {
  if (pattern.trim() === '') return undefined
  try {
    return parseJson(pattern)
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalid(pattern, error.message, error.offset)
    throw error
  }
}

interface Compiler {
  readonly pattern: string
  readonly withinOr: boolean
}

/** An alternative in the making: a later field of the same path replaces an earlier one. */
type Draft = ReadonlyMap<string, Field>

/** Adds the fields of an object to each of the drafts; `prefix` is the object's path with a dot, or empty. */
function readObject(compiler: Compiler, node: JsonObject, prefix: string, drafts: readonly Draft[]): readonly Draft[] {
  if (node.members.length === 0) throw invalid(compiler.pattern, 'Empty objects are not allowed', node.end)
  let result = drafts
  for (const { key, value } of node.members) {
    checkName(compiler, key, value)
    if (key === '$or') result = readOr(compiler, value, prefix, result)
    else if (value.kind === 'object') result = readObject(compiler, value, `${prefix}${key}.`, result)
    else if (value.kind === 'array') {
      const field = readField(compiler, prefix + key, value)
      result = result.map((draft) => new Map(draft).set(field.path, field))
    } else throw invalid(compiler.pattern, `"${key}" must be an object or an array`, seen(value))
  }
  return result
}

function readField(compiler: Compiler, path: string, node: JsonArray): Field {
  const elements = node.items.map((item) => parseElement(compiler.pattern, item))
  if (elements.length === 0) throw invalid(compiler.pattern, 'Empty arrays are not allowed', node.end)
  return {
    path,
    anyOf: elements.filter((element) => element.op !== 'absent'),
    orAbsent: elements.some((element) => element.op === 'absent'),
  }
}

/** Every draft goes on once with every branch. */
function readOr(compiler: Compiler, node: JsonNode, prefix: string, drafts: readonly Draft[]): readonly Draft[] {
  if (node.kind !== 'array') throw invalid(compiler.pattern, 'It must be an Array followed with $or.', seen(node))
  const within = { ...compiler, withinOr: true }
  const result: Draft[] = []
  for (const branch of node.items) {
    if (branch.kind !== 'object') {
      throw invalid(compiler.pattern, 'Only JSON object is allowed in array of $or relationship.', seen(branch))
    }
    result.push(...readObject(within, branch, prefix, drafts))
    if (result.length > MAX_ALTERNATIVES) {
      throw invalid(compiler.pattern, `Rule is too complex - $or makes more than ${MAX_ALTERNATIVES} combinations`)
    }
  }
  if (node.items.length < 2) {
    throw invalid(compiler.pattern, 'There must have at least 2 Objects in $or relationship.', node.end)
  }
  return result
}

/** Names that would make a branch of `$or` look like an operator, past and planned ones included. */
const RESERVED = new Set([
  ...['exactly', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'exists', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
])

function checkName(compiler: Compiler, key: string, value: JsonNode): void {
  if (!compiler.withinOr || !RESERVED.has(key)) return
  throw invalid(compiler.pattern, `${key} is Ruler reserved fieldName which cannot be used inside $or.`, seen(value))
}

function inPathOrder(draft: Draft): Alternative {
  return [...draft.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
