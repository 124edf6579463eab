import { isArray, isObject, type Json } from './json.ts'

type Test = (value: Json) => boolean
type Operand = (value: Json) => Json | undefined

/** Numbers with numbers, texts with texts. */
const ordered =
  (compare: (one: number | string, other: number | string) => boolean) =>
  (one: Json | undefined, other: Json | undefined): boolean => {
    if (typeof one === 'number' && typeof other === 'number') return compare(one, other)
    return typeof one === 'string' && typeof other === 'string' && compare(one, other)
  }

const COMPARISONS: Readonly<Record<string, (one: Json | undefined, other: Json | undefined) => boolean>> = {
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<': ordered((one, other) => one < other),
  '<=': ordered((one, other) => one <= other),
  '>': ordered((one, other) => one > other),
  '>=': ordered((one, other) => one >= other),
}

const TOKEN =
  /\s*(\(|\)|&&|\|\||!(?!=)|==|!=|<=|>=|<|>|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|@[^\s()&|=!<>,]*|[^\s()&|=!<>,]+)/y

/**
 * Parses the filter of a JSONPath, `(@.a > 1 && @.b == 'x')`; `@` is the element that it is asked of.
 * Throws SyntaxError.
 */
export function parseFilter(text: string): Test {
  const tokens = tokensOf(text)
  let at = 0
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false
    at++
    return true
  }
  const either = (): Test => {
    const tests = [both()]
    while (take('||')) tests.push(both())
    return (value) => tests.some((test) => test(value))
  }
  const both = (): Test => {
    const tests = [single()]
    while (take('&&')) tests.push(single())
    return (value) => tests.every((test) => test(value))
  }
  const single = (): Test => {
    if (take('!')) {
      const test = single()
      return (value) => !test(value)
    }
    if (take('(')) {
      const test = either()
      if (!take(')')) throw notAFilter(text)
      return test
    }
    const left = operand(tokens[at++], text)
    const compare = COMPARISONS[tokens[at] ?? '']
    if (!compare) return (value) => left(value) !== undefined
    at++
    const right = operand(tokens[at++], text)
    return (value) => compare(left(value), right(value))
  }
  const test = either()
  if (at < tokens.length) throw notAFilter(text)
  return test
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(text)?.[1]
    if (token === undefined) throw notAFilter(text)
    tokens.push(token)
  }
  return tokens
}

function operand(token: string | undefined, text: string): Operand {
  if (token === undefined) throw notAFilter(text)
  if (token.startsWith('@')) {
    const names = [...token.slice(1).matchAll(/\.([^.[]+)|\['([^']*)'\]|\[(\d+)\]/g)].map(
      ([, dotted, quoted, index]) => dotted ?? quoted ?? index ?? '',
    )
    return (value) => names.reduce<Json | undefined>(memberOf, value)
  }
  const literal = literalOf(token, text)
  return () => literal
}

const memberOf = (value: Json | undefined, name: string): Json | undefined => {
  if (isArray(value)) return value[Number(name)]
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function literalOf(token: string, text: string): Json {
  if (/^['"]/.test(token)) return token.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token)
  if (token === 'true' || token === 'false') return token === 'true'
  if (token === 'null') return null
  throw notAFilter(text)
}

const notAFilter = (text: string): SyntaxError => new SyntaxError(`'?${text}' is not a filter of a path`)
