import { RuntimeProblem } from './failure.ts'
import { isArray, isObject, type Json } from './json.ts'
import { parseFilter } from './path-filter.ts'

type Segment =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'filter'; readonly test: (value: Json) => boolean }

export interface Path {
  readonly text: string
  /** Starts at the context object (`$$`), and not at the input. */
  readonly ofContext: boolean
  readonly segments: readonly Segment[]
  /** Leads to one value, and not to a list of all that match. */
  readonly isDefinite: boolean
}

/** What paths start from. */
export interface Roots {
  readonly input: Json
  readonly context: Json
}

const parsed = new Map<string, Path>()

/**
 * Parses a JSONPath: `$.a`, `$['a b'][0]`, `$..a`, `$.a[*]`, `$.a[1:3]`, `$.a[?(@.b > 1)]`, and the same with `$$`.
 * Throws SyntaxError. https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
export function parsePath(text: string): Path {
  const known = parsed.get(text)
  if (known) return known
  const path = read(text)
  parsed.set(text, path)
  return path
}

const DOT_NAME = /\.([^.[\]()*?@'"\s][^.[\]()'"\s]*)/y
const BRACKET = /\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\]'"?])*?)\s*\]/y

function read(text: string): Path {
  const ofContext = text.startsWith('$$')
  const segments: Segment[] = []
  let at = ofContext ? 2 : 1
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found?.[1]
  }
  if (!text.startsWith('$')) throw notAPath(text)
  while (at < text.length) {
    if (text.startsWith('..', at)) {
      segments.push({ kind: 'descendants' })
      // `..name` and `..[…]`
      at += text[at + 2] === '[' ? 2 : 1
    }
    if (text.startsWith('.*', at)) {
      segments.push({ kind: 'all' })
      at += 2
      continue
    }
    if (text.startsWith('[?', at)) {
      const end = endOfFilter(text, at)
      segments.push({ kind: 'filter', test: parseFilter(text.slice(at + 2, end)) })
      at = end + 1
      continue
    }
    const name = take(DOT_NAME)
    if (name !== undefined) {
      segments.push({ kind: 'names', names: [name] })
      continue
    }
    const inside = take(BRACKET)
    if (inside === undefined) throw notAPath(text)
    segments.push(readBracket(inside, text))
  }
  const isDefinite = segments.every(
    (segment) =>
      (segment.kind === 'names' && segment.names.length === 1) ||
      (segment.kind === 'indexes' && segment.indexes.length === 1),
  )
  return { text, ofContext, segments, isDefinite }
}

const notAPath = (text: string): SyntaxError => new SyntaxError(`'${text}' is not a path`)

/** Where the bracket that opens at `start` closes, brackets and texts within it left out. */
function endOfFilter(text: string, start: number): number {
  let depth = 0
  for (const { 0: token, index } of text.slice(start).matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[[\]]/g)) {
    if (token === '[') depth++
    if (token === ']') depth--
    if (depth === 0) return start + index
  }
  throw notAPath(text)
}

function readBracket(inside: string, text: string): Segment {
  if (inside === '*') return { kind: 'all' }
  const quoted = [...inside.matchAll(/(?:^|,)\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?=,|$)/g)]
  if (quoted.length > 0)
    return {
      kind: 'names',
      names: quoted.map(([, single, double]) => (single ?? double ?? '').replaceAll(/\\(.)/g, '$1')),
    }
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(inside)) return { kind: 'indexes', indexes: inside.split(',').map(Number) }
  const [, from, to] = /^(-?\d*)\s*:\s*(-?\d*)$/.exec(inside) ?? []
  if (from === undefined || to === undefined) throw notAPath(text)
  return { kind: 'slice', from: from === '' ? undefined : Number(from), to: to === '' ? undefined : Number(to) }
}

/** The value a path leads to, or, of an indefinite one, the list of all; undefined if there is none. */
export function find({ ofContext, segments, isDefinite }: Path, roots: Roots): Json | undefined {
  const found = segments.reduce<readonly Json[]>(
    (values, segment) => values.flatMap((value) => select(value, segment)),
    [ofContext ? roots.context : roots.input],
  )
  return isDefinite ? found[0] : found
}

function select(value: Json, segment: Segment): readonly Json[] {
  switch (segment.kind) {
    case 'names':
      return isObject(value)
        ? segment.names.flatMap((name) => (Object.hasOwn(value, name) ? [value[name] ?? null] : []))
        : []
    case 'indexes':
      return isArray(value) ? segment.indexes.flatMap((index) => value.slice(index, index + 1 || undefined)) : []
    case 'slice':
      return isArray(value) ? value.slice(segment.from, segment.to) : []
    case 'all':
      return childrenOf(value)
    case 'descendants':
      return withDescendants(value)
    case 'filter':
      return childrenOf(value).filter(segment.test)
  }
}

const childrenOf = (value: Json): readonly Json[] => {
  if (isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

const withDescendants = (value: Json): readonly Json[] => [value, ...childrenOf(value).flatMap(withDescendants)]

/** The value that must be there. Throws `RuntimeProblem` in the words of Step Functions. */
export function valueAt(text: string, roots: Roots): Json {
  const path = parsePath(text)
  const value = find(path, roots)
  if (value !== undefined) return value
  throw new RuntimeProblem(`Invalid path '${text}' : ${whatIsMissing(path, roots)}`)
}

function whatIsMissing(path: Path, roots: Roots): string {
  const names = path.segments.map((segment) => (segment.kind === 'names' ? `['${segment.names[0]}']` : `[…]`))
  const parent = { ...path, segments: path.segments.slice(0, -1) }
  if (find(parent, roots) !== undefined) return `No results for path: $${names.join('')}`
  const missing = path.segments.findIndex(
    (_, index) => find({ ...path, segments: path.segments.slice(0, index + 1) }, roots) === undefined,
  )
  return `Missing property in path $${names.slice(0, missing + 1).join('')}`
}

/**
 * `target` with `value` placed where a reference path leads; what is missing on the way is made.
 * Throws `RuntimeProblem` (`States.ResultPathMatchFailure`) if something else is in the way.
 */
export function place(text: string, target: Json, value: Json): Json {
  const put = (node: Json | undefined, [segment, ...rest]: readonly Segment[]): Json => {
    if (segment === undefined) return value
    if (segment.kind === 'names' && (node === undefined || isObject(node))) {
      const [name = ''] = segment.names
      return { ...node, [name]: put(node?.[name], rest) }
    }
    const index = segment.kind === 'indexes' ? segment.indexes[0] : undefined
    if (index === undefined || !isArray(node) || node.length <= index) {
      throw new RuntimeProblem(
        `Unable to apply step "${text.slice(2)}" to input ${JSON.stringify(target)}`,
        'States.ResultPathMatchFailure',
      )
    }
    return node.with(index, put(node[index], rest))
  }
  return put(target, parsePath(text).segments)
}
