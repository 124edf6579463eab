import { describe, expect, test } from 'vitest'
import { Outline } from '../../../infra/local/console/ui/model/execution.ts'
import { drawStates } from '../../../infra/local/console/ui/model/state-graph.ts'

/** `Charge: 'Confirm !Refund'`: Confirm is next, an error leads to Refund, and `?Other` is one of several choices. */
const outline = (states: Readonly<Record<string, string>>, parts: Readonly<Record<string, object>> = {}): Outline =>
  Outline.parse({
    start: Object.keys(states)[0],
    states: Object.entries(states).map(([name, next]) => ({
      name,
      type: 'Task',
      next: next.split(' ').flatMap((to) => {
        const on = to.startsWith('!') ? 'error' : to.startsWith('?') ? 'choice' : 'next'
        return to === '' ? [] : [{ to: to.replace(/^[!?]/, ''), on }]
      }),
      parts: name in parts ? [parts[name]] : [],
    })),
  })

/** Which states stand in each row, from left to right, by columns of the same middle. */
function gridOf(picture: ReturnType<typeof drawStates>): readonly string[] {
  const middles = [...new Set(picture.boxes.map(({ x, width }) => x + width / 2))].toSorted((a, b) => a - b)
  const rows = Map.groupBy(picture.boxes, ({ y }) => y)
  return [...rows.values()].map((row) =>
    middles
      .map((middle) => row.find(({ x, width }) => x + width / 2 === middle)?.name ?? '·')
      .join(' ')
      .replace(/( ·)+$/, ''),
  )
}

const ORDER = outline({
  Validate: 'Reserve !Closed !Fail',
  Reserve: 'Charge !Release',
  Charge: 'Confirm !Refund',
  Confirm: 'Told !Refund',
  Told: '',
  Refund: 'Release !Confirm',
  Release: 'Fail',
  Fail: 'Failure !Closed',
  Failure: '',
  Closed: '',
})

describe('a picture of states', () => {
  test('has the way where nothing fails straight down, and what undoes it beside it', () => {
    const picture = drawStates(ORDER)
    expect(gridOf(picture)).toEqual([
      'Validate',
      'Reserve',
      'Charge',
      'Confirm Refund',
      'Told Release',
      '· Fail Closed',
      '· Failure',
    ])
    expect(picture.boxes.map(({ name }) => name).slice(0, 6)).toEqual([
      'Validate',
      'Reserve',
      'Charge',
      'Confirm',
      'Refund',
      'Told',
    ])
    expect(picture.ways).toHaveLength(ORDER.states.flatMap(({ next }) => next).length)
  })

  test.each([
    ['choices beside each other, and together again', { A: '?B ?C', B: 'D', C: 'D', D: '' }, ['A', 'B C', 'D']],
    ['a loop', { Wait: 'Look', Look: '?Wait ?Done', Done: '' }, ['Wait', 'Look', 'Done']],
    ['what nothing leads to', { A: '', B: '' }, ['A B']],
    ['a state alone', { A: '' }, ['A']],
  ])('draws %s', (_, states, rows) => {
    const picture = drawStates(outline(states))
    expect(gridOf(picture)).toEqual(rows)
    expect(picture.ways.every(({ path }) => /^M[\d., ]+/.test(path))).toBe(true)
  })

  test('has what is within a state within its box', () => {
    const inner = outline({ One: 'Two !Other', Two: '', Other: '' })
    const { boxes, ways, width, height } = drawStates(
      outline({ Before: 'All', All: 'After', After: '' }, { All: inner }),
    )
    const [, all] = boxes
    expect(boxes.map(({ name }) => name)).toEqual(['Before', 'All', 'One', 'Other', 'Two', 'After'])
    for (const box of boxes.filter(({ name }) => ['One', 'Two', 'Other'].includes(name))) {
      expect(box.x).toBeGreaterThan(all?.x ?? 0)
      expect(box.y).toBeGreaterThan(all?.y ?? 0)
      expect(box.x + box.width).toBeLessThan((all?.x ?? 0) + (all?.width ?? 0))
      expect(box.y + box.height).toBeLessThan((all?.y ?? 0) + (all?.height ?? 0))
    }
    expect(ways.filter(({ x, y }) => x > 0 && y > 0).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'One Two',
      'One Other',
    ])
    for (const box of boxes) expect([box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true])
  })
})
