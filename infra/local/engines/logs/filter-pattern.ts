import { AwsError } from '../engine.ts'

export type Predicate = (message: string) => boolean
type JsonPredicate = (value: unknown) => boolean

/**
 * Compiles a filter pattern: terms (`error "not found"`, `?either ?or`, `-never`) or a JSON pattern
 * (`{ $.level = "ERROR" && ($.ms > 100 || $.retry IS TRUE) }`).
 * Throws `InvalidParameterException` for a malformed pattern, and for the kinds that are not supported locally.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): Predicate {
  const text = pattern.trim()
  if (text.startsWith('[')) throw unsupported('Space-delimited filter patterns ([…])')
  return text.startsWith('{') ? jsonPattern(text) : termsPattern(text)
}

const TERM = /\s*(?<sign>[?-]?)(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s"]+))/y

/** Every term must occur, none of the `-terms`, and, where there are only `?terms`, one of them. */
function termsPattern(text: string): Predicate {
  const required: string[] = []
  const optional: string[] = []
  const excluded: string[] = []
  TERM.lastIndex = 0
  while (TERM.lastIndex < text.length) {
    const { sign, quoted, plain } = TERM.exec(text)?.groups ?? {}
    if (quoted === undefined && plain === undefined) throw invalid('a quotation mark is not closed')
    if (plain?.startsWith('%')) throw unsupported('Regular expressions in filter patterns (%…%)')
    const term = plain ?? unquoted(quoted ?? '')
    const list = sign === '?' ? optional : sign === '-' ? excluded : required
    list.push(term)
  }
  // AWS ignores optional terms beside any other.
  const anyOf = required.length + excluded.length > 0 ? [] : optional
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (anyOf.length === 0 || anyOf.some((term) => message.includes(term)))
}

function jsonPattern(text: string): Predicate {
  const tokens = tokenize(text)
  let at = 0
  const peek = (): string => tokens[at]?.toUpperCase() ?? ''
  const next = (): string => {
    const token = tokens[at]
    if (token === undefined) throw invalid('it ends too early')
    at++
    return token
  }
  const expect = (wanted: string): void => {
    const token = next()
    if (token !== wanted) throw invalid(`expected ${wanted} instead of ${token}`)
  }

  const either = (): JsonPredicate => operands(both, '||', (all) => (value) => all.some((one) => one(value)))
  const both = (): JsonPredicate => operands(single, '&&', (all) => (value) => all.every((one) => one(value)))
  function operands(
    operand: () => JsonPredicate,
    operator: string,
    combine: (all: readonly JsonPredicate[]) => JsonPredicate,
  ): JsonPredicate {
    const first = operand()
    const all = [first]
    while (peek() === operator) {
      next()
      all.push(operand())
    }
    return all.length === 1 ? first : combine(all)
  }

  function single(): JsonPredicate {
    if (peek() === '(') {
      next()
      const inner = either()
      expect(')')
      return inner
    }
    const select = selector(next())
    const operator = next().toUpperCase()
    const test =
      operator === 'IS' || operator === 'NOT' ? state(operator, next().toUpperCase()) : comparison(operator, next())
    return (value) => test(select(value))
  }

  expect('{')
  const predicate = either()
  expect('}')
  if (at < tokens.length) throw invalid('nothing may follow the closing brace')
  return (message) => {
    const value = parseObject(message)
    return value !== undefined && predicate(value)
  }
}

const TOKEN =
  /\s*(?<token>"(?:[^"\\]|\\.)*"|&&|\|\||[<>]=?|!?=|[{}()]|\$(?:\.[\w@-]+|\[(?:\d+|'[^']*'|"[^"]*")\])*|[\w.*+:@/-]+)/y

function tokenize(text: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const { token } = TOKEN.exec(text)?.groups ?? {}
    if (token === undefined) throw invalid(`it cannot be read from “${text.slice(from, from + 20).trim()}” on`)
    tokens.push(token)
  }
  return tokens
}

/** `$.a.b[0]['c']`: a function from a value to what is there, `undefined` if nothing is. */
function selector(token: string): (value: unknown) => unknown {
  if (!token.startsWith('$')) throw invalid(`expected a selector such as $.level instead of ${token}`)
  const keys = [...token.matchAll(/\.([\w@-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)].map(
    (match) => match.slice(1).find((key) => key !== undefined) ?? '',
  )
  return (value) =>
    keys.reduce<unknown>((at, key) => {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
      return Reflect.get(at, key)
    }, value)
}

function state(operator: 'IS' | 'NOT', word: string): JsonPredicate {
  switch (`${operator} ${word}`) {
    case 'IS TRUE':
      return (found) => found === true
    case 'IS FALSE':
      return (found) => found === false
    case 'IS NULL':
      return (found) => found === null
    case 'NOT EXISTS':
      return (found) => found === undefined
    default:
      throw invalid(`${operator} ${word} is no condition`)
  }
}

function comparison(operator: string, token: string): JsonPredicate {
  const wanted = token.startsWith('"') ? unquoted(token.slice(1, -1)) : token
  const number = token.startsWith('"') ? Number.NaN : Number(token)
  const equals: JsonPredicate = Number.isNaN(number)
    ? matcher(wanted)
    : (found) => found === number || (typeof found === 'string' && found === wanted)
  if (operator === '=') return equals
  // A field that is not there differs from nothing.
  if (operator === '!=') return (found) => found !== undefined && !equals(found)
  if (Number.isNaN(number)) throw invalid(`${operator} compares with a number, not with ${token}`)
  switch (operator) {
    case '<':
      return (found) => typeof found === 'number' && found < number
    case '<=':
      return (found) => typeof found === 'number' && found <= number
    case '>':
      return (found) => typeof found === 'number' && found > number
    case '>=':
      return (found) => typeof found === 'number' && found >= number
    default:
      throw invalid(`${operator} is no operator`)
  }
}

/** Equal, where `*` stands for any text. */
function matcher(wanted: string): JsonPredicate {
  const parts = wanted.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const whole = new RegExp(`^${parts.join('.*')}$`, 's')
  return (found) => typeof found === 'string' && whole.test(found)
}

function parseObject(message: string): unknown {
  if (!message.startsWith('{')) return undefined
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

const unquoted = (quoted: string): string => quoted.replace(/\\(.)/gs, '$1')

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`)
const unsupported = (what: string): AwsError =>
  new AwsError('InvalidParameterException', `${what} are not supported locally`)
