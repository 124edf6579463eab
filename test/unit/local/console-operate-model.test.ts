import { describe, expect, test } from 'vitest'
import { describeFault } from '../../../infra/local/console/ui/model/consumer.ts'
import { byReason } from '../../../infra/local/console/ui/model/dead-letter.ts'
import { diffLines } from '../../../infra/local/console/ui/model/diff.ts'
import { fieldsOf } from '../../../infra/local/console/ui/model/fields.ts'
import { formatAge } from '../../../infra/local/console/ui/model/format.ts'
import { specialsOf } from '../../../infra/local/console/ui/model/function.ts'
import { partsOf } from '../../../infra/local/console/ui/model/schema.ts'
import { keyOf, previewOf } from '../../../infra/local/console/ui/model/table.ts'

const field = (path: string, type: string, limits = '', required = true) => ({ path, type, limits, required })

describe('the fields of a schema', () => {
  test('are those of the detail, nested ones and those of lists with it', () => {
    const detail = {
      type: 'object',
      required: ['data'],
      properties: {
        data: {
          type: 'object',
          required: ['items', 'kind'],
          properties: {
            kind: { enum: ['a', 'b'], description: 'Which' },
            items: { type: 'array', minItems: 1, maxItems: 50, items: { type: 'object', properties: { n: {} } } },
            tags: { type: 'array', items: { type: 'string' } },
          },
        },
      },
    }
    expect(fieldsOf({ type: 'object', properties: { detail } })).toEqual([
      { ...field('data', 'object'), description: undefined },
      { ...field('data.kind', 'string', '"a", "b"'), description: 'Which' },
      { ...field('data.items', 'array of object', '1–50 of them'), description: undefined },
      { ...field('data.items[].n', 'anything', '', false), description: undefined },
      { ...field('data.tags', 'array of string', '', false), description: undefined },
    ])
    expect(fieldsOf(detail)).toHaveLength(5)
  })

  test('are followed through references, even where these lead in a circle', () => {
    const content = {
      components: {
        schemas: {
          AWSEvent: { properties: { detail: { $ref: '#/components/schemas/Node' } } },
          Node: { properties: { next: { $ref: '#/components/schemas/Node' }, name: { type: 'string' } } },
        },
      },
    }
    const fields = fieldsOf(content)
    expect(fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['name', 'next', 'next.name']))
    expect(fields.length).toBeLessThan(50)
  })

  test.each([
    [{ type: 'string', format: 'uuid' }, 'string', 'uuid'],
    [{ type: 'string', minLength: 1, maxLength: 5 }, 'string', '1–5 long'],
    [{ type: 'string', maxLength: 5 }, 'string', 'at most 5 long'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer', 'at least 0'],
    [{ type: 'integer', minimum: 0, exclusiveMinimum: true }, 'integer', 'more than 0'],
    [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 9 }, 'number', 'more than 0, less than 9'],
    [{ type: ['string', 'null'] }, 'string or null', ''],
    [{ type: 'string', nullable: true }, 'string or null', ''],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string or number', ''],
    [{ const: 1 }, 'number', '1'],
    [{ $ref: '#/nowhere' }, 'anything', ''],
    ['nonsense', 'anything', ''],
  ])('%j is said as %s, %s', (schema, type, limits) => {
    expect(fieldsOf({ properties: { it: schema } })).toMatchObject([{ type, limits }])
  })

  test.each([undefined, 'text', 1, {}])('%j has none', (content) => {
    expect(fieldsOf(content)).toEqual([])
  })
})

describe('two texts side by side', () => {
  const sides = (before: string, after: string) =>
    diffLines(before, after).map((row) => [row.before ?? '-', row.after ?? '-', row.kind])

  test('keep what they have in common in one row', () => {
    expect(sides('a\nb\nc', 'a\nx\nc\nd')).toEqual([
      ['a', 'a', 'same'],
      ['b', 'x', 'changed'],
      ['c', 'c', 'same'],
      ['-', 'd', 'changed'],
    ])
    expect(sides('a\nb\nc', 'c')).toEqual([
      ['a', '-', 'changed'],
      ['b', '-', 'changed'],
      ['c', 'c', 'same'],
    ])
  })

  test('hold every line of both, in order', () => {
    const [before, after] = ['1\n2\n3\n2\n1', '2\n1\n2\n2\n4']
    const rows = diffLines(before, after)
    expect(rows.flatMap((row) => row.before ?? []).join('\n')).toBe(before)
    expect(rows.flatMap((row) => row.after ?? []).join('\n')).toBe(after)
    expect(rows.filter(({ kind }) => kind === 'same')).toHaveLength(3)
    expect(diffLines(after, after).every(({ kind }) => kind === 'same')).toBe(true)
  })
})

test('dead letters are together by reason, the most frequent first', () => {
  const letter = (messageId: string, why: string, sentAt: number) => ({ messageId, why, sentAt, event: 'E' })
  const reasons = byReason([letter('1', 'rare', 5), letter('2', 'often', 9), letter('3', 'often', 7)])
  expect(reasons.map(({ why, first, last, letters }) => [why, first, last, letters.length])).toEqual([
    ['often', 7, 9, 2],
    ['rare', 5, 5, 1],
  ])
})

test.each([
  [{ count: 1, point: 'before' }, 'the next one fails on purpose'],
  [{ count: 3, point: 'before' }, 'the next 3 fail on purpose'],
  [{ count: 'all', point: 'after' }, 'all fail on purpose, after the work'],
] as const)('%j is said as %s', (fault, words) => {
  expect(describeFault(fault)).toBe(words)
})

test.each([
  [999, 'now'],
  [1000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d'],
])('%d ms ago is %s', (ms, words) => {
  expect(formatAge(ms)).toBe(words)
})

test('a line says what is special about it', () => {
  const fields = {
    level: 'INFO',
    message: 'consumed',
    outcome: 'retrying',
    ms: 3,
    error: { name: 'Error', message: 'no' },
  }
  expect(specialsOf(fields)).toBe('outcome: retrying, ms: 3, error: Error: no')
  expect(specialsOf('text')).toBe('')
})

test('a schema is of a context, or of none', () => {
  expect(partsOf('ensemble.orders@OrderPlaced')).toEqual({ context: 'ensemble.orders', event: 'OrderPlaced' })
  expect(partsOf('Plain')).toEqual({ context: '', event: 'Plain' })
})

test('an item is told by its key, and by what else it has', () => {
  const table = {
    key: [
      { name: 'who', type: 'S' },
      { name: 'at', type: 'N' },
    ],
  }
  const item = { who: 'ada', at: 1, name: 'Ada', tags: ['x'] }
  expect(keyOf(item, table)).toBe('ada · 1')
  expect(previewOf(item, table)).toBe('name: Ada, tags: ["x"]')
})
