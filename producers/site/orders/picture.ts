import type { Step } from './progress.ts'

/** Where a step is in the picture: how far along the way, and beside it what undoes the steps, going back. */
const PLACES: Readonly<Record<Step, readonly [along: number, beside: 0 | 1]>> = {
  placed: [0, 0],
  checked: [1, 0],
  reserved: [2, 0],
  paid: [3, 0],
  confirmed: [4, 0],
  expired: [0, 1],
  failed: [1, 1],
  released: [2, 1],
  refunded: [3, 1],
}

/** What may follow what, as the state machine has it. */
export const EDGES: readonly (readonly [from: Step, to: Step])[] = [
  ['placed', 'checked'],
  ['checked', 'reserved'],
  ['reserved', 'paid'],
  ['paid', 'confirmed'],
  ['placed', 'expired'],
  ['checked', 'failed'],
  ['reserved', 'released'],
  ['paid', 'refunded'],
  ['confirmed', 'refunded'],
  ['refunded', 'released'],
  ['released', 'failed'],
]

export interface Point {
  readonly x: number
  readonly y: number
}

/** A way to draw it: from left to right, or from top to bottom. Lengths in the picture's own unit. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly centreOf: (step: Step) => Point
  /** The points of the line from one step to another. */
  readonly line: (from: Step, to: Step) => readonly Point[]
}

/** The size of a step. */
export const BOX = { width: 160, height: 56 } as const

/** `gaps`: between the steps, to the right of one and under one. */
function drawing(isAcross: boolean, gaps: Point): Drawing {
  const centreOf = (step: Step): Point => {
    const [along, beside] = PLACES[step]
    const [column, row] = isAcross ? [along, beside] : [beside, along]
    return {
      x: 1 + BOX.width / 2 + column * (BOX.width + gaps.x),
      y: 1 + BOX.height / 2 + row * (BOX.height + gaps.y),
    }
  }
  const [along, beside] = [centreOf('confirmed'), centreOf('expired')]
  return {
    width: Math.max(along.x, beside.x) + BOX.width / 2 + 1,
    height: Math.max(along.y, beside.y) + BOX.height / 2 + 1,
    centreOf,
    line: (from, to) => {
      const [start, end] = [centreOf(from), centreOf(to)]
      if (start.x === end.x || start.y === end.y) return [border(start, end), border(end, start)]
      const corner = isAcross ? { x: start.x, y: end.y } : { x: end.x, y: start.y }
      return [border(start, corner), corner, border(end, corner)]
    },
  }
}

/** Where the line from the centre of a box towards a point beside, over or under it leaves the box. */
const border = (centre: Point, to: Point): Point => ({
  x: centre.x + (Math.sign(to.x - centre.x) * BOX.width) / 2,
  y: centre.y + (Math.sign(to.y - centre.y) * BOX.height) / 2,
})

export const ACROSS = drawing(true, { x: 34, y: 52 })
export const DOWN = drawing(false, { x: 36, y: 36 })
