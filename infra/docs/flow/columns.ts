import { type FlowGraph, type FlowNode, ranksOf } from './graph.ts'
import { inTwo, widthOf } from './text.ts'

const [GAP_X, GAP_Y, PADDING, LINE] = [44, 14, 12, 15]
/** How wide a page has room for. */
export const ROOM = 1040

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Columns {
  readonly width: number
  readonly height: number
  readonly boxes: readonly (FlowNode & Place & { readonly lines: readonly string[] })[]
  /** Each an SVG path, its head included. */
  readonly arrows: readonly string[]
}

/** A node, or the point in a column where an arrow passes that leads further. */
interface Slot {
  readonly id: string
  readonly node: FlowNode | undefined
}

/**
 * Lays a graph out from left to right: a column for every step, and in each the order that lets the fewest arrows cross,
 * as far as a few sweeps of Sugiyama's method find it. Labels are broken in two where the page would be too narrow.
 * Lengths are CSS pixels.
 */
export function columnsOf(graph: FlowGraph): Columns {
  const inOne = layOut(graph, (label) => [label])
  return inOne.width <= ROOM ? inOne : layOut(graph, inTwo)
}

function layOut(graph: FlowGraph, linesOf: (label: string) => readonly string[]): Columns {
  const { columns, links } = slotsOf(graph)
  const lines = new Map(graph.nodes.map(({ id, label }) => [id, linesOf(label)]))
  const boxWidthOf = ({ id, label, note }: FlowNode): number =>
    widthOf({ lines: lines.get(id) ?? [label], note }) + 2 * PADDING
  const boxHeight = 29 + LINE * Math.max(...[...lines.values()].map(({ length }) => length))
  const ordered = untangle(columns, links)
  const widths = ordered.map((column) => Math.max(...column.map(({ node }) => (node ? boxWidthOf(node) : 0))))
  const height = Math.max(...ordered.map(({ length }) => length)) * (boxHeight + GAP_Y) - GAP_Y
  const places = new Map<string, Place>()
  let x = 0
  for (const [index, column] of ordered.entries()) {
    const width = widths[index] ?? 0
    const top = (height - (column.length * (boxHeight + GAP_Y) - GAP_Y)) / 2
    for (const [row, { id }] of column.entries())
      places.set(id, { x, y: top + row * (boxHeight + GAP_Y), width, height: boxHeight })
    x += width + GAP_X
  }
  return {
    width: x - GAP_X,
    height,
    boxes: graph.nodes.flatMap((node) => {
      const place = places.get(node.id)
      return place ? { ...node, ...place, lines: lines.get(node.id) ?? [node.label] } : []
    }),
    arrows: links.map((link) => arrow(link.flatMap((id) => places.get(id) ?? []))),
  }
}

/** Every column's slots, and for every edge the slots that it leads through. */
function slotsOf({ nodes, edges }: FlowGraph & Parameters<typeof ranksOf>[0]) {
  const ranks = ranksOf({ nodes, edges })
  const rankOf = (id: string): number => ranks.get(id) ?? 0
  const columns: Slot[][] = Array.from({ length: Math.max(...ranks.values()) + 1 }, () => [])
  for (const node of nodes) columns[rankOf(node.id)]?.push({ id: node.id, node })
  const links = edges.map(([from, to]) => {
    const between = Array.from({ length: Math.max(0, rankOf(to) - rankOf(from) - 1) }, (_, step) => {
      const id = `${from} → ${to} ${step}`
      columns[rankOf(from) + 1 + step]?.push({ id, node: undefined })
      return id
    })
    return [from, ...between, to]
  })
  return { columns, links }
}

/** Orders every column by where those are that it is linked with, forth and back. */
function untangle(columns: readonly (readonly Slot[])[], links: readonly (readonly string[])[]) {
  const steps = links.flatMap((link) => link.slice(1).map((to, index) => [link[index] ?? '', to] as const))
  const ordered = columns.map((column) => [...column])
  const sortBy = (column: Slot[], beside: readonly Slot[] | undefined): void => {
    const position = new Map(beside?.map(({ id }, index) => [id, (index + 0.5) / beside.length]))
    const weight = new Map(
      column.map(({ id }, index) => {
        const linked = steps.flatMap(([from, to]) => (to === id ? [from] : from === id ? [to] : []))
        const found = linked.flatMap((other) => position.get(other) ?? [])
        const mean = found.reduce((sum, each) => sum + each, 0) / found.length
        return [id, found.length > 0 ? mean : (index + 0.5) / column.length]
      }),
    )
    column.sort((one, other) => (weight.get(one.id) ?? 0) - (weight.get(other.id) ?? 0))
  }
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const [index, column] of ordered.entries()) if (index > 0) sortBy(column, ordered[index - 1])
    for (const [index, column] of [...ordered.entries()].reverse())
      if (index < ordered.length - 1) sortBy(column, ordered[index + 1])
  }
  return ordered
}

/** From the right side of the first place to the left side of the last, straight through those between. */
function arrow(places: readonly Place[]): string {
  return places
    .map(({ x, y, width, height }, index) => {
      const middle = y + height / 2
      const before = places[index - 1]
      if (!before) return `M${x + width} ${middle}`
      const bend = GAP_X / 2
      const curve = `C${before.x + before.width + bend} ${before.y + before.height / 2} ${x - bend} ${middle} ${x} ${middle}`
      const head = `M${x - 6} ${middle - 4} L${x - 1} ${middle} L${x - 6} ${middle + 4}`
      return index < places.length - 1 ? `${curve} H${x + width}` : `${curve} ${head}`
    })
    .join(' ')
}
