/**
 * A JSON reader that keeps what `JSON.parse` loses and matching needs: how a number was spelled, members that occur
 * twice, and where in the text everything stood.
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral

/** `start` is the offset of the first character, `end` the one after the last. */
interface Span {
  readonly start: number
  readonly end: number
}

export interface JsonObject extends Span {
  readonly kind: 'object'
  readonly members: readonly JsonMember[]
}

export interface JsonMember {
  readonly key: string
  readonly value: JsonNode
}

export interface JsonArray extends Span {
  readonly kind: 'array'
  readonly items: readonly JsonNode[]
}

interface JsonString extends Span {
  readonly kind: 'string'
  readonly value: string
}

interface JsonNumber extends Span {
  readonly kind: 'number'
  readonly text: string
}

interface JsonLiteral extends Span {
  readonly kind: 'literal'
  readonly value: boolean | null
}

/** The text is not JSON; `offset` tells where that showed. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'JsonSyntaxError'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** EventBridge takes no deeper nesting; the limit also keeps the recursion below off the end of the stack. */
const MAX_DEPTH = 1000

interface Reader {
  readonly text: string
  at: number
}

/** Parses a whole JSON text. Throws {@link JsonSyntaxError}. */
export function parseJson(text: string): JsonNode {
  const reader = { text, at: 0 }
  const node = readValue(reader, 0)
  skipSpace(reader)
  if (reader.at < text.length) throw unexpected(reader, 'the end of the text')
  return node
}

function readValue(reader: Reader, depth: number): JsonNode {
  if (depth > MAX_DEPTH) throw new JsonSyntaxError(`Nesting is deeper than ${MAX_DEPTH} levels`, reader.at)
  skipSpace(reader)
  switch (reader.text.charCodeAt(reader.at)) {
    case QUOTE: {
      const start = reader.at
      const value = readString(reader)
      return { kind: 'string', start, end: reader.at, value }
    }
    case OPEN_BRACE:
      return readObject(reader, depth)
    case OPEN_BRACKET:
      return readArray(reader, depth)
    case LOWER_T:
      return readLiteral(reader, 'true', true)
    case LOWER_F:
      return readLiteral(reader, 'false', false)
    case LOWER_N:
      return readLiteral(reader, 'null', null)
    default:
      return readNumber(reader)
  }
}

function readObject(reader: Reader, depth: number): JsonObject {
  const start = reader.at++
  const members: JsonMember[] = []
  if (!take(reader, CLOSE_BRACE)) {
    do {
      skipSpace(reader)
      if (reader.text.charCodeAt(reader.at) !== QUOTE) throw unexpected(reader, 'a member name in double quotes')
      const key = readString(reader)
      if (!take(reader, COLON)) throw unexpected(reader, "':'")
      members.push({ key, value: readValue(reader, depth + 1) })
    } while (take(reader, COMMA))
    if (!take(reader, CLOSE_BRACE)) throw unexpected(reader, "',' or '}'")
  }
  return { kind: 'object', start, end: reader.at, members }
}

function readArray(reader: Reader, depth: number): JsonArray {
  const start = reader.at++
  const items: JsonNode[] = []
  if (!take(reader, CLOSE_BRACKET)) {
    do items.push(readValue(reader, depth + 1))
    while (take(reader, COMMA))
    if (!take(reader, CLOSE_BRACKET)) throw unexpected(reader, "',' or ']'")
  }
  return { kind: 'array', start, end: reader.at, items }
}

function readLiteral(reader: Reader, word: string, value: boolean | null): JsonLiteral {
  const start = reader.at
  if (!reader.text.startsWith(word, start)) throw unexpected(reader, 'a JSON value')
  reader.at += word.length
  return { kind: 'literal', start, end: reader.at, value }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function readNumber(reader: Reader): JsonNumber {
  const start = reader.at
  NUMBER.lastIndex = start
  const text = NUMBER.exec(reader.text)?.[0]
  if (text === undefined) throw unexpected(reader, 'a JSON value')
  reader.at += text.length
  return { kind: 'number', start, end: reader.at, text }
}

/** Reads a string whose opening quote is next. */
function readString(reader: Reader): string {
  const { text } = reader
  const start = reader.at + 1
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      reader.at = at + 1
      return text.slice(start, at)
    }
    if (code === BACKSLASH) return readEscapedString(reader, start, at)
    if (code < SPACE) throw new JsonSyntaxError('Unescaped control character in a string', at)
  }
  throw new JsonSyntaxError('A string is not closed', text.length)
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Finds the closing quote, checking each escape, and leaves the decoding to the platform. */
function readEscapedString(reader: Reader, start: number, firstEscape: number): string {
  const { text } = reader
  let at = firstEscape
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      reader.at = at + 1
      return String(JSON.parse(text.slice(start - 1, at + 1)))
    }
    if (code < SPACE) throw new JsonSyntaxError('Unescaped control character in a string', at)
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = at
      if (!ESCAPE.test(text)) throw new JsonSyntaxError('Unknown escape in a string', at)
      at = ESCAPE.lastIndex
    } else at++
  }
  throw new JsonSyntaxError('A string is not closed', text.length)
}

function take(reader: Reader, code: number): boolean {
  skipSpace(reader)
  if (reader.text.charCodeAt(reader.at) !== code) return false
  reader.at++
  return true
}

function skipSpace(reader: Reader): void {
  const { text } = reader
  for (;;) {
    const code = text.charCodeAt(reader.at)
    if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) return
    reader.at++
  }
}

function unexpected(reader: Reader, wanted: string): JsonSyntaxError {
  const character = reader.text[reader.at]
  const found = character === undefined ? 'Unexpected end of the text' : `Unexpected character '${character}'`
  return new JsonSyntaxError(`${found}: expected ${wanted}`, reader.at)
}

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LOWER_F = 0x66
const LOWER_N = 0x6e
const LOWER_T = 0x74
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
