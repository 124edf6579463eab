import { RuntimeProblem } from './failure.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'
import { find, parsePath, type Roots, valueAt } from './path.ts'

type Comparison = (value: Json, operand: Json) => boolean

const texts =
  (compare: (one: string, other: string) => boolean): Comparison =>
  (value, operand) =>
    typeof value === 'string' && typeof operand === 'string' && compare(value, operand)
const numbers =
  (compare: (one: number, other: number) => boolean): Comparison =>
  (value, operand) =>
    typeof value === 'number' && typeof operand === 'number' && compare(value, operand)
const times =
  (compare: (one: number, other: number) => boolean): Comparison =>
  (value, operand) => {
    const [one, other] = [timeOf(value), timeOf(operand)]
    return one !== undefined && other !== undefined && compare(one, other)
  }
const kind =
  (isKind: (value: Json) => boolean): Comparison =>
  (value, operand) =>
    isKind(value) === operand

const ORDERS = {
  Equals: (one: number | string, other: number | string) => one === other,
  LessThan: (one: number | string, other: number | string) => one < other,
  LessThanEquals: (one: number | string, other: number | string) => one <= other,
  GreaterThan: (one: number | string, other: number | string) => one > other,
  GreaterThanEquals: (one: number | string, other: number | string) => one >= other,
} as const

/** All of them may also be given a path, except those that ask what a value is. */
const COMPARISONS = new Map<string, Comparison>([
  ...Object.entries(ORDERS).flatMap(([name, compare]): readonly [string, Comparison][] => [
    [`String${name}`, texts(compare)],
    [`Numeric${name}`, numbers(compare)],
    [`Timestamp${name}`, times(compare)],
  ]),
  ['BooleanEquals', (value, operand) => typeof value === 'boolean' && value === operand],
])

const KINDS = new Map<string, Comparison>([
  ['StringMatches', texts(fitsWildcard)],
  ['IsNull', kind((value) => value === null)],
  ['IsNumeric', kind((value) => typeof value === 'number')],
  ['IsString', kind((value) => typeof value === 'string')],
  ['IsBoolean', kind((value) => typeof value === 'boolean')],
  ['IsTimestamp', kind((value) => timeOf(value) !== undefined)],
])

/** Milliseconds since the epoch of an RFC 3339 time with its zone; undefined for anything else. */
export function timeOf(value: Json): number | undefined {
  if (typeof value !== 'string') return undefined
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

/** `*` is any run of characters, a backslash takes away what a character means. */
function fitsWildcard(value: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/\\(.)|(\*)|([^\\*])/gs, (_, escaped, star, other) =>
    star ? '.*' : RegExp.escape(escaped ?? other),
  )
  return new RegExp(`^${expression}$`, 's').test(value)
}

/** Does a rule of a Choice state hold? Throws `RuntimeProblem` if its variable is not there. */
export function holds(rule: JsonObject, roots: Roots): boolean {
  if (isArray(rule.And)) return rule.And.every((part) => isObject(part) && holds(part, roots))
  if (isArray(rule.Or)) return rule.Or.some((part) => isObject(part) && holds(part, roots))
  if (isObject(rule.Not)) return !holds(rule.Not, roots)
  const variable = String(rule.Variable)
  if (typeof rule.IsPresent === 'boolean') return isPresent(variable, roots) === rule.IsPresent
  for (const [name, operand] of Object.entries(rule)) {
    const compare = COMPARISONS.get(name) ?? KINDS.get(name)
    if (compare) return compare(valueAt(variable, roots), operand)
    const byPath = name.endsWith('Path') ? COMPARISONS.get(name.slice(0, -'Path'.length)) : undefined
    if (byPath) return byPath(valueAt(variable, roots), valueAt(String(operand), roots))
  }
  throw new RuntimeProblem('The rule compares nothing')
}

function isPresent(variable: string, roots: Roots): boolean {
  const value = find(parsePath(variable), roots)
  return value !== undefined && !(isArray(value) && !parsePath(variable).isDefinite && value.length === 0)
}

const ABOUT = new Set(['Variable', 'Next', 'Comment'])

/** Checks a rule. Throws SyntaxError. */
export function checkRule(rule: Json): void {
  if (!isObject(rule)) throw new SyntaxError('A rule must be an object')
  const names = Object.keys(rule).filter((name) => !ABOUT.has(name))
  const [name = '', ...others] = names
  if (name === '' || others.length > 0) throw new SyntaxError(`A rule has one comparison, and not ${names.length}`)
  const operand = rule[name] ?? null
  if (name === 'And' || name === 'Or') {
    if (!isArray(operand) || operand.length === 0) throw new SyntaxError(`${name} must be a list of rules`)
    for (const part of operand) checkRule(part)
    return
  }
  if (name === 'Not') {
    checkRule(operand)
    return
  }
  if (typeof rule.Variable !== 'string') throw new SyntaxError('A rule needs a Variable')
  parsePath(rule.Variable)
  if (name === 'IsPresent' || KINDS.has(name) || COMPARISONS.has(name)) return
  if (!name.endsWith('Path') || !COMPARISONS.has(name.slice(0, -'Path'.length)))
    throw new SyntaxError(`The comparison ${name} is not supported locally`)
  parsePath(String(operand))
}
