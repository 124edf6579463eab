import type { Outline, StateOutline, Transition } from './execution.ts'
import { type Cells, placeStates } from './state-cells.ts'

/** Where a state is drawn, in pixels. */
export interface Box {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Others are drawn within it. */
  readonly isGroup: boolean
}

/** A way from one state to another. */
interface Way {
  readonly from: string
  readonly to: string
  readonly on: Transition['on']
  /** As the `d` of an SVG path, arrowhead included, and where its origin is. */
  readonly path: string
  readonly x: number
  readonly y: number
}

export interface Picture {
  readonly width: number
  readonly height: number
  /** In the order in which one reads: row by row, what is within one after it. */
  readonly boxes: readonly Box[]
  readonly ways: readonly Way[]
}

type Point = readonly [x: number, y: number]

const BOX = { width: 192, height: 52 }
const GAP = { x: 32, y: 30 }
const LANE = 12
const PADDING = 12
const HEAD = 48
/** What goes right leaves and arrives that much above a box's middle, what goes left that much below. */
const ASIDE = 8
const ROUND = 6
const ARROW = 5

/** Draws a state machine from top to bottom: the way where nothing fails straight down, what is else beside it. */
export function drawStates({ start, states }: Outline): Picture {
  const cells = placeStates({ start, states })
  const inner = new Map(states.map((state) => [state.name, state.parts.map(drawStates)]))
  const sizes = new Map([...inner].map(([name, parts]) => [name, sizeAround(parts)]))
  const routes = states.flatMap((state) => routesOf(state, cells))
  const lanes = lanesOf(routes)
  const columns = columnsOf(cells, sizes, lanes)
  const rows = rowsOf(cells, sizes)
  const boxes = new Map(
    [...cells].map(([name, { rank, column }]) => {
      const { width, height } = sizes.get(name) ?? BOX
      const x = (columns.lefts[column] ?? 0) + ((columns.widths[column] ?? width) - width) / 2
      return [name, { name, x, y: rows.tops[rank] ?? 0, width, height, isGroup: (inner.get(name) ?? []).length > 0 }]
    }),
  )
  const ways = routes.flatMap(({ from, transition: { to, on }, kind, gap }): readonly Way[] => {
    const [one, other] = [boxes.get(from), boxes.get(to)]
    if (!one || !other) return []
    const lane = (columns.rights[gap] ?? 0) + GAP.x / 2 + (lanes.get(gap)?.indexOf(to) ?? 0) * LANE
    return [{ from, to, on, path: pathThrough(pointsOf(kind, one, other, lane)), x: 0, y: 0 }]
  })
  const parts = [...boxes.values()].flatMap((box) => within(box, inner.get(box.name) ?? []))
  return {
    width: columns.width,
    height: rows.height,
    boxes: [...boxes.values()].toSorted((a, b) => a.y - b.y || a.x - b.x).flatMap((box) => withInner(box, parts)),
    ways: [...ways, ...parts.flatMap(({ picture }) => picture.ways)],
  }
}

function sizeAround(parts: readonly Picture[]) {
  if (parts.length === 0) return BOX
  const width = parts.reduce((sum, part) => sum + part.width + PADDING, PADDING)
  return {
    width: Math.max(width, BOX.width),
    height: HEAD + Math.max(...parts.map(({ height }) => height)) + PADDING,
  }
}

interface Part {
  readonly of: string
  readonly picture: Picture
}

/** The pictures within a box, moved to where they belong. */
function within({ name, x, y }: Box, parts: readonly Picture[]): readonly Part[] {
  let left = x + PADDING
  return parts.map((part) => {
    const picture = moved(part, left, y + HEAD)
    left += part.width + PADDING
    return { of: name, picture }
  })
}

const withInner = (box: Box, parts: readonly Part[]): readonly Box[] => [
  box,
  ...parts.flatMap(({ of, picture }) => (of === box.name ? picture.boxes : [])),
]

const moved = ({ boxes, ways, ...size }: Picture, x: number, y: number): Picture => ({
  ...size,
  boxes: boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })),
  ways: ways.map((way) => ({ ...way, x: way.x + x, y: way.y + y })),
})

/**
 * How a way runs: `down` within its column; `across` to the next column; `along` a lane beside its own column; `over` boxes
 * in between, through the gap above its end.
 */
interface Route {
  readonly from: string
  readonly transition: Transition
  readonly kind: 'down' | 'across' | 'along' | 'over'
  /** The gap between columns whose lane it takes: that on the right of this column, -1 on the left of all. */
  readonly gap: number
}

function routesOf({ name, next }: StateOutline, cells: Cells): readonly Route[] {
  return next.flatMap((transition): readonly Route[] => {
    const from = cells.get(name)
    const to = cells.get(transition.to)
    if (!from || !to) return []
    const route = (kind: Route['kind'], gap: number) => [{ from: name, transition, kind, gap }]
    if (from.column === to.column) {
      const between = [...cells.values()].some(
        ({ rank, column }) => column === from.column && rank > from.rank && rank < to.rank,
      )
      return to.rank > from.rank && !between ? route('down', from.column) : route('along', from.column - 1)
    }
    if (to.column < from.column) return route(to.column === from.column - 1 ? 'across' : 'over', from.column - 1)
    const isFree = ![...cells.values()].some(
      ({ rank, column }) => rank === from.rank && column > from.column && column < to.column,
    )
    return isFree ? route('across', to.column - 1) : route('over', from.column)
  })
}

/** Who leads to the same state shares a lane. By gap, in the order from left to right. */
function lanesOf(routes: readonly Route[]): ReadonlyMap<number, readonly string[]> {
  const lanes = new Map<number, string[]>()
  for (const { kind, gap, transition } of routes) {
    if (kind === 'down') continue
    const known = lanes.get(gap) ?? []
    lanes.set(gap, known.includes(transition.to) ? known : [...known, transition.to])
  }
  return lanes
}

type Sizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>

function columnsOf(cells: Cells, sizes: Sizes, lanes: ReadonlyMap<number, readonly string[]>) {
  const widths: number[] = []
  for (const [name, { column }] of cells) widths[column] = Math.max(widths[column] ?? 0, sizes.get(name)?.width ?? 0)
  const gapAfter = (column: number) => GAP.x + Math.max((lanes.get(column)?.length ?? 1) - 1, 0) * LANE
  const margin = lanes.has(-1) ? gapAfter(-1) : 0
  const lefts: number[] = []
  const rights: Record<number, number> = { [-1]: 0 }
  let right = margin
  for (const [column, width] of widths.entries()) {
    lefts[column] = right
    rights[column] = right + width
    right += width + gapAfter(column)
  }
  const last = widths.length - 1
  // Right of the last column there is only a lane if one is taken.
  return { widths, lefts, rights, width: lanes.has(last) ? right : (rights[last] ?? 0) }
}

function rowsOf(cells: Cells, sizes: Sizes) {
  const heights: number[] = []
  for (const [name, { rank }] of cells) heights[rank] = Math.max(heights[rank] ?? 0, sizes.get(name)?.height ?? 0)
  const tops: number[] = []
  let top = 0
  for (const [rank, height] of Array.from(heights, (height) => height ?? 0).entries()) {
    tops[rank] = top
    top += height + GAP.y
  }
  return { tops, height: Math.max(top - GAP.y, 0) }
}

function pointsOf(kind: Route['kind'], from: Box, to: Box, lane: number): readonly Point[] {
  const middle = ({ x, width }: Box) => x + width / 2
  if (kind === 'down')
    return [
      [middle(from), from.y + from.height],
      [middle(from), to.y],
    ]
  const isRight = to.x > from.x
  const level = ({ y, height }: Box) => y + Math.min(height, BOX.height) / 2 + (isRight ? -ASIDE : ASIDE)
  const right = ({ x, width }: Box) => x + width
  if (kind === 'along')
    return [
      [from.x, level(from)],
      [lane, level(from)],
      [lane, level(to)],
      [to.x, level(to)],
    ]
  const begin: readonly Point[] = [
    [isRight ? right(from) : from.x, level(from)],
    [lane, level(from)],
  ]
  if (kind === 'across') return [...begin, [lane, level(to)], [isRight ? to.x : right(to), level(to)]]
  const above = to.y - GAP.y / 2
  return [...begin, [lane, above], [middle(to), above], [middle(to), to.y]]
}

/** A line with round corners, and an arrowhead at its end. */
function pathThrough(points: readonly Point[]): string {
  const bent = points.filter((point, index) => !isOn(points[index - 1], point, points[index + 1]))
  const [begin, ...rest] = bent
  const end = bent.at(-1)
  const before = bent.at(-2)
  if (!begin || !end || !before) return ''
  const corners = rest.slice(0, -1).map((corner, index) => {
    const [enter, leave] = [towards(corner, bent[index], ROUND), towards(corner, bent[index + 2], ROUND)]
    return `L${enter} Q${corner} ${leave}`
  })
  const [bx, by] = towards(end, before, ARROW)
  const [dx, dy] = [(end[1] - by) * 0.8, (end[0] - bx) * 0.8]
  return `M${begin} ${corners.join(' ')} L${end} M${bx + dx},${by + dy} L${end} L${bx - dx},${by - dy}`
}

/** Is it on the straight line between two others, or the same as the one before? */
const isOn = (before: Point | undefined, [x, y]: Point, after: Point | undefined): boolean =>
  before !== undefined &&
  ((before[0] === x && before[1] === y) ||
    (after !== undefined && ((before[0] === x && after[0] === x) || (before[1] === y && after[1] === y))))

function towards(from: Point, to: Point | undefined, by: number): Point {
  if (!to) return from
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy)
  const part = length === 0 ? 0 : Math.min(by, length / 2) / length
  return [from[0] + dx * part, from[1] + dy * part]
}
