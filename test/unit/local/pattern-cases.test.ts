import { describe, expect, it } from 'vitest'
import {
  compilePattern,
  InvalidEventPattern,
  matches,
  parseEvent,
} from '../../../infra/local/engines/eventbridge/pattern/index.ts'
import cases from '../../fixtures/event-patterns.json' with { type: 'json' }

interface Case {
  readonly name: string
  readonly pattern: string
  readonly event: string
  readonly valid: boolean
  readonly match: boolean | null
  readonly error?: string
  readonly syntax?: boolean
}

const all: readonly Case[] = cases

/** The message up to the place in the text, which the recorded answers leave out. */
const reason = (message: string): string => message.replace(/\n at \[Source: [\s\S]*$/, '')

function refusal(pattern: string): InvalidEventPattern {
  try {
    compilePattern(pattern)
  } catch (error) {
    if (error instanceof InvalidEventPattern) return error
    throw error
  }
  throw new Error(`was accepted: ${pattern}`)
}

describe("event patterns, answered by AWS's own engine", () => {
  it('has all recorded cases', () => expect(all).toHaveLength(599))

  it.each(all.filter((one) => one.valid))('$name', ({ pattern, event, match }) => {
    expect(matches(compilePattern(pattern), parseEvent(event))).toBe(match)
  })

  it.each(all.filter((one) => !one.valid))('$name', ({ pattern, error, syntax }) => {
    const { message } = refusal(pattern)
    if (error !== undefined && !syntax) expect(reason(message)).toBe(error)
  })
})

describe('the place in the text where a pattern goes wrong', () => {
  // As the hosted service words it.
  it.each([
    ['{"int": 42}', '"int" must be an object or an array', 11],
    ['{"string": "my-value"}', '"string" must be an object or an array', 13],
    ['{"resources": []}', 'Empty arrays are not allowed', 17],
    ['{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', 'Unrecognized match type NUMERIC', 36],
    ['{"my_key": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS', 28],
    ['{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}', 'Bad numeric range operator: >', 49],
    ['{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', 'Value of < must be numeric', 50],
  ])('%s', (pattern, text, column) => {
    expect(refusal(pattern).message).toBe(`${text}\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`)
  })

  it('counts lines', () => {
    expect(refusal('{\n "a": [\n {"prefix": 1}]}').message).toMatch(/; line: 3, column: 14\]$/)
  })

  it('quotes the first 500 characters only', () => {
    const { message } = refusal(`{"a":[{"prefix":1}],"b":["${'x'.repeat(600)}"]}`)
    expect(message).toMatch(/x"\[truncated 129 chars\]; line: 1, column: 18\]$/)
  })

  it('says trouble inside an anything-but list twice, as the service does', () => {
    const pattern = '{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}'
    const place = `\n at [Source: (String)"${pattern}"; line: 1, column: 67]`
    const text = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
    expect(refusal(pattern).message).toBe(text + place + place)
  })

  it('says none for an address block', () => {
    expect(refusal('{"ip": [{"cidr": "10.0.0.0"}]}').message).toBe("Malformed CIDR, one '/' required")
  })
})

describe('limits', () => {
  const tooComplex =
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character'
  const wildcard = (operand: unknown) => JSON.stringify({ a: [{ wildcard: operand }] })

  it.each(['*:*:*:*:*:event-bus/*', '*aaaaaaaaaa', '*a*b*c*d*e*f*g*h*i*j'])('refuses the wildcard %s', (operand) => {
    expect(refusal(wildcard(operand)).message).toBe(tooComplex)
    expect(refusal(JSON.stringify({ a: [{ 'anything-but': { wildcard: operand } }] })).message).toBe(tooComplex)
  })

  it.each(['*aaaaaaaaa', '*a*a*a*a*a', '*a*b*c*d*e*f*g*h*i', 'aaaaaaaaaaaaaaaaaaaaaaaaa'])(
    'takes the wildcard %s',
    (operand) => {
      expect(() => compilePattern(wildcard(operand))).not.toThrow()
    },
  )

  it('takes 1000 combinations of $or and refuses more', () => {
    const branches = (name: string, count: number) => ({
      $or: Array.from({ length: count }, (_, i) => ({ [name]: [i] })),
    })
    const pattern = (first: number) =>
      JSON.stringify({ a: branches('x', first), b: branches('y', 10), c: branches('z', 10) })
    expect(compilePattern(pattern(10)).alternatives).toHaveLength(1000)
    expect(refusal(pattern(11)).message).toMatch(/1000 combinations/)
  })

  it('refuses nesting that would exhaust the stack', () => {
    const depth = 100_000
    refusal('{"a":'.repeat(depth))
    expect(() => parseEvent('{"a":'.repeat(depth))).toThrow(SyntaxError)
  })
})

describe('what counts in an event', () => {
  const matched = (pattern: string, event: string) => matches(compilePattern(pattern), parseEvent(event))

  it('is every member of a name that occurs twice', () => {
    expect(matched('{"a":["x"]}', '{"a":"x","a":"y"}')).toBe(true)
    expect(matched('{"a":["y"]}', '{"a":"x","a":"y"}')).toBe(true)
  })

  it('is JSON and an object', () => {
    for (const text of ['', '1', '[]', '{"a":1,}', '{"a":1', '{"a":01}', '{"a":"\t"}', '{"a":"\\x"}', '{"a":1} 2']) {
      expect(() => parseEvent(text), text).toThrow(SyntaxError)
    }
  })

  it('is the array element that the fields before have settled on, even if several would do', () => {
    const pattern = '{"d":{"a":[0],"b":[1]}}'
    expect(matched(pattern, '{"d":[{"a":0,"b":0},{"a":0,"b":2},{"a":1,"b":1}]}')).toBe(false)
    expect(matched(pattern, '{"d":[{"a":0,"b":0},{"a":0,"b":1},{"a":1,"b":1}]}')).toBe(true)
  })

  it('does not take forever when many arrays of many elements nearly match', () => {
    const elements = Array.from({ length: 100 }, (_, id) => ({ id }))
    const event = { a: elements, b: elements, c: elements, d: elements, e: elements, z: 1 }
    const some = { id: [{ exists: true }] }
    const pattern = { a: some, b: some, c: some, d: some, e: some, z: [2] }
    expect(matched(JSON.stringify(pattern), JSON.stringify(event))).toBe(false)
  })
})
