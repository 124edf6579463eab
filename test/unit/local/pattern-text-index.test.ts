import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsWildcard } from '../../../infra/local/engines/eventbridge/pattern/text.ts'
import { createTextIndex, type TextIndex } from '../../../infra/local/engines/eventbridge/pattern/text-index.ts'

type Pieces = readonly string[]

const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 9 }).map((letters) => letters.join(''))
const shortText = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }).map((letters) => letters.join(''))

/** Without an empty piece in between: two stars never meet. */
const pieces = fc
  .array(shortText, { minLength: 1, maxLength: 3 })
  .filter((list) => list.length < 3 || list[1] !== '') satisfies fc.Arbitrary<Pieces>

const found = <Entry>(index: TextIndex<Entry>, one: string): Set<Entry> => {
  const entries = new Set<Entry>()
  index.find(one, (entry) => entries.add(entry))
  return entries
}

describe.each([
  ['forwards', { backwards: false }],
  ['backwards', { backwards: true }],
])('a text index that reads %s', (_, options) => {
  it('finds all that a text fits, and nothing that was removed', () => {
    const changes = fc.array(fc.record({ pieces, isRemoved: fc.boolean() }), { minLength: 20, maxLength: 60 })
    fc.assert(
      fc.property(changes, fc.array(text, { minLength: 5, maxLength: 5 }), (entries, texts) => {
        const index = createTextIndex<(typeof entries)[number]>(options)
        for (const entry of entries) index.add(entry.pieces, entry)
        for (const entry of entries.filter(({ isRemoved }) => isRemoved)) index.remove(entry.pieces, entry)
        const left = entries.filter(({ isRemoved }) => !isRemoved)
        for (const one of texts) {
          const candidates = found(index, one)
          for (const entry of left.filter((each) => fitsWildcard(each.pieces, one))) expect(candidates).toContain(entry)
          for (const { isRemoved } of candidates) expect(isRemoved).toBe(false)
        }
        expect(index.isEmpty()).toBe(left.length === 0)
        for (const entry of left) index.remove(entry.pieces, entry)
        expect(index.isEmpty()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['a prefix', (id: number) => [`order-${id}-`, ''], 'order-1234-x'],
    ['a suffix', (id: number) => ['', `-${id}-order`], 'x-1234-order'],
    ['a part', (id: number) => ['x-', `-order-${id}-`, '-x'], 'x--order-1234--x'],
    ['both ends', (id: number) => [`o-${id % 100}-`, `-${Math.floor(id / 100)}-o`], 'o-34-and-12-o'],
  ])('tries few of 10,000 that differ in %s', (_difference, piecesOf, one) => {
    const index = createTextIndex<number>(options)
    for (let id = 0; id < 10_000; id++) index.add(piecesOf(id), id)
    const candidates = found(index, one)
    expect(candidates).toContain(1234)
    expect(candidates.size).toBeLessThan(50)
  })

  it('takes long texts that have much in common', () => {
    const index = createTextIndex<number>(options)
    const long = 'a'.repeat(4000)
    for (let id = 0; id < 20; id++) index.add([`${id}${long}${id}`], id)
    expect(found(index, `7${long}7`)).toContain(7)
    for (let id = 0; id < 20; id++) index.remove([`${id}${long}${id}`], id)
    expect(index.isEmpty()).toBe(true)
  })
})
