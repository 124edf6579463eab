import { describe, expect, it } from 'vitest'
import {
  compilePattern,
  createRuleIndex,
  explain,
  parseEvent,
} from '../../../infra/local/engines/eventbridge/pattern/index.ts'

const order = (id: number) =>
  parseEvent(JSON.stringify({ source: 'shop', 'detail-type': 'OrderPlaced', detail: { data: { id } } }))

const rule = (id: number) =>
  compilePattern(JSON.stringify({ source: ['shop'], 'detail-type': ['OrderPlaced'], detail: { data: { id: [id] } } }))

function indexOf(count: number) {
  const index = createRuleIndex<number>()
  for (let id = 0; id < count; id++) index.set(id, rule(id))
  return index
}

describe('the rule index', () => {
  it('finds one rule among many', () => {
    expect(indexOf(1000).match(order(77))).toEqual([77])
  })

  it('names a rule once, however many of its alternatives match', () => {
    const index = createRuleIndex<string>()
    index.set('either', compilePattern('{"$or":[{"a":[1]},{"b":[2]}]}'))
    expect(index.match(parseEvent('{"a":1,"b":2}'))).toEqual(['either'])
  })

  it('keeps to one array element', () => {
    const index = createRuleIndex<string>()
    index.set('A-1 twice', compilePattern('{"items":{"sku":["A-1"],"qty":[2]}}'))
    expect(index.match(parseEvent('{"items":[{"sku":"A-1","qty":1},{"sku":"B-2","qty":2}]}'))).toEqual([])
    expect(index.match(parseEvent('{"items":[{"sku":"A-1","qty":2},{"sku":"B-2","qty":1}]}'))).toEqual(['A-1 twice'])
  })

  it('leaves rules alone that share fields with a deleted one', () => {
    const index = indexOf(2)
    index.delete(0)
    index.delete(5)
    expect(index.match(order(0))).toEqual([])
    expect(index.match(order(1))).toEqual([1])
  })
})

describe('explain', () => {
  const explained = (pattern: unknown, event: unknown) =>
    explain(compilePattern(JSON.stringify(pattern)), parseEvent(JSON.stringify(event)))

  it('goes field by field', () => {
    const pattern = {
      source: ['shop', { prefix: 'web' }],
      detail: {
        qty: [{ numeric: ['>', 1, '<=', 5] }],
        note: [{ exists: false }],
        state: [{ 'anything-but': ['A', 'B'] }],
      },
    }
    expect(explained(pattern, { source: 'shop', detail: { qty: 7, note: 'hi', state: ['A', null] } })).toEqual([
      { path: 'detail.note', expected: 'absent', actual: 'hi', matched: false },
      { path: 'detail.qty', expected: '> 1 and <= 5', actual: 7, matched: false },
      { path: 'detail.state', expected: 'anything but "A", "B"', actual: ['A', null], matched: true },
      { path: 'source', expected: '"shop" or prefix "web"', actual: 'shop', matched: true },
    ])
  })

  it('shows a missing value as undefined, and an object as what it is', () => {
    expect(explained({ a: ['x'], b: [1] }, { a: { x: 1 } })).toEqual([
      { path: 'a', expected: '"x"', actual: { x: 1 }, matched: false },
      { path: 'b', expected: '1', actual: undefined, matched: false },
    ])
  })

  it('takes the alternative that comes closest', () => {
    const pattern = { a: [1], $or: [{ b: [1], c: [1] }, { c: [2] }] }
    expect(explained(pattern, { a: 1, b: 0, c: 0 }).map((field) => [field.path, field.matched])).toEqual([
      ['a', true],
      ['c', false],
    ])
  })

  it('says when the values lie in different array elements', () => {
    const fields = explained(
      { items: { sku: ['A'], qty: [1] } },
      {
        items: [
          { sku: 'A', qty: 2 },
          { sku: 'B', qty: 1 },
        ],
      },
    )
    expect(fields.map((field) => field.matched)).toEqual([true, true, false])
    expect(fields.at(-1)?.expected).toMatch(/same array element/)
  })
})
