import { createHash, randomUUID } from 'node:crypto'
import { RuntimeProblem } from './failure.ts'
import { isArray, isObject, type Json, parseJson, sameJson } from './json.ts'
import { type Roots, valueAt } from './path.ts'

/** A call of an intrinsic function; its arguments are values, paths and calls. */
export interface Call {
  readonly name: string
  readonly args: readonly Argument[]
}
type Argument = { readonly value: Json } | { readonly path: string } | { readonly call: Call }

const NAME = /\s*(States\.\w+)\s*\(\s*/y
const TEXT = /'((?:[^'\\]|\\.)*)'/y
const PATH = /\$(?:[^,()\s'[\]]|\[(?:'[^']*'|[^\]'])*\])*/y
const LITERAL = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const SEPARATOR = /\s*([,)])\s*/y

/**
 * Parses `States.Format('{} and {}', $.a, States.UUID())`. Throws SyntaxError for what is none, and for functions that do
 * not exist. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export function parseCall(text: string): Call {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text) ?? undefined
    if (found) at = pattern.lastIndex
    return found
  }
  const wrong = (): SyntaxError => new SyntaxError(`'${text}' is not a call of an intrinsic function`)

  function call(): Call {
    const name = take(NAME)?.[1]
    if (name === undefined) throw wrong()
    if (!Object.hasOwn(FUNCTIONS, name))
      throw new SyntaxError(`The intrinsic function ${name} is not supported locally`)
    const args: Argument[] = []
    if (text[at] === ')') {
      at++
      return { name, args }
    }
    for (;;) {
      args.push(argument())
      const separator = take(SEPARATOR)?.[1]
      if (separator === ')') return { name, args }
      if (separator === undefined) throw wrong()
    }
  }

  function argument(): Argument {
    const quoted = take(TEXT)
    if (quoted) return { value: quoted[1] ?? '' }
    const path = take(PATH)
    if (path) return { path: path[0] }
    const literal = take(LITERAL)
    if (literal) return { value: parseJson(literal[0]) }
    return { call: call() }
  }

  const parsed = call()
  if (at < text.length) throw wrong()
  return parsed
}

/** Calls it. Throws `RuntimeProblem` (`States.IntrinsicFailure`) if the arguments do not fit. */
export function evaluate({ name, args }: Call, roots: Roots): Json {
  const values = args.map((arg, index) => {
    if ('path' in arg) return valueAt(arg.path, roots)
    if ('call' in arg) return evaluate(arg.call, roots)
    // The template of Format has escapes of its own.
    const isTemplate = name === 'States.Format' && index === 0
    return typeof arg.value === 'string' && !isTemplate ? arg.value.replaceAll(/\\(.)/gs, '$1') : arg.value
  })
  const run = FUNCTIONS[name]
  try {
    if (run) return run(...values)
  } catch (error) {
    if (!(error instanceof Misuse) && !(error instanceof SyntaxError)) throw error
  }
  throw new RuntimeProblem(
    `Invalid arguments in ${name}: ${JSON.stringify(values).slice(1, -1)}`,
    'States.IntrinsicFailure',
  )
}

class Misuse extends Error {}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Misuse()
  return value
}
function number(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Misuse()
  return value
}
function list(value: Json | undefined): readonly Json[] {
  if (!isArray(value)) throw new Misuse()
  return value
}
const integer = (value: Json | undefined): number => Math.round(number(value))

const MOST_IN_RANGE = 1000

const FUNCTIONS: Readonly<Record<string, (...values: readonly Json[]) => Json>> = {
  'States.Format': (template, ...values) => format(text(template), values),
  'States.StringToJson': (value) => (text(value).trim() === '' ? null : parseJson(text(value))),
  'States.JsonToString': (value) => JSON.stringify(value),
  'States.Array': (...values) => values,
  'States.ArrayPartition': (value, size) => partition(list(value), integer(size)),
  'States.ArrayContains': (value, wanted) => list(value).some((item) => sameJson(item, wanted ?? null)),
  'States.ArrayRange': (from, to, step) => range(integer(from), integer(to), integer(step)),
  'States.ArrayGetItem': (value, index) => {
    const item = list(value)[integer(index)]
    if (item === undefined) throw new Misuse()
    return item
  },
  'States.ArrayLength': (value) => list(value).length,
  'States.ArrayUnique': (value) =>
    list(value).filter((item, index, all) => all.findIndex((other) => sameJson(item, other)) === index),
  'States.Base64Encode': (value) => Buffer.from(text(value)).toString('base64'),
  'States.Base64Decode': (value) => Buffer.from(text(value), 'base64').toString(),
  'States.Hash': (value, algorithm) => hash(typeof value === 'string' ? value : JSON.stringify(value), text(algorithm)),
  'States.JsonMerge': (one, other, isDeep) => {
    if (!isObject(one) || !isObject(other) || isDeep !== false) throw new Misuse()
    return { ...one, ...other }
  },
  'States.MathRandom': (from, to, seed) => {
    const [lowest, end] = [integer(from), integer(to)]
    return lowest + Math.floor((seed === undefined ? Math.random() : seeded(integer(seed))) * (end - lowest))
  },
  'States.MathAdd': (one, other) => integer(one) + integer(other),
  'States.StringSplit': (value, separators) => split(text(value), text(separators)),
  'States.UUID': () => randomUUID(),
}

function format(template: string, values: readonly Json[]): string {
  let used = 0
  const result = template.replaceAll(/\\(.)|\{\}/gs, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped
    const value = values[used++]
    if (value === undefined) throw new Misuse()
    return plain(value)
  })
  if (used !== values.length) throw new Misuse()
  return result
}

/** As Step Functions, being Java, prints values. */
function plain(value: Json): string {
  if (isArray(value)) return `[${value.map(plain).join(', ')}]`
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${plain(member)}`)
      .join(', ')}}`
  return String(value)
}

function partition(items: readonly Json[], size: number): Json {
  if (size < 1) throw new Misuse()
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

function range(from: number, to: number, step: number): Json {
  const length = step === 0 ? Number.NaN : Math.max(0, Math.floor((to - from) / step) + 1)
  if (!(length <= MOST_IN_RANGE)) throw new Misuse()
  return Array.from({ length }, (_, index) => from + index * step)
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

function hash(value: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm]
  if (name === undefined) throw new Misuse()
  return createHash(name).update(value).digest('hex')
}

/** Each character of `separators` is one, and nothing stands between two in a row. */
const split = (value: string, separators: string): readonly string[] => {
  const parts = ['']
  for (const character of value) {
    if (separators.includes(character)) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
  }
  return parts.filter(Boolean)
}

/** A number from 0 to 1 that the seed decides: mulberry32. */
function seeded(seed: number): number {
  let mixed = (seed + 0x6d2b79f5) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
