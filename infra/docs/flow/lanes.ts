import type { FlowGraph, FlowNode } from './graph.ts'
import { widthOf } from './text.ts'

const [LANE, ROW, MARGIN] = [18, 46, 10]

/** The line of one event, and where on it there are notes: where it is emitted, where it is named, where it is taken. */
interface Lane {
  readonly id: string
  readonly x: number
  readonly from: number
  readonly to: number
}

interface Row extends FlowNode {
  readonly y: number
  /** Where it is joined to lanes: the event's own, or those of the events that it emits or takes. */
  readonly joints: readonly { readonly x: number; readonly role: 'self' | 'emits' | 'takes' }[]
}

export interface Lanes {
  readonly width: number
  readonly height: number
  /** Where the labels begin. */
  readonly labelX: number
  readonly lanes: readonly Lane[]
  readonly rows: readonly Row[]
}

/**
 * Lays a graph out from top to bottom, as narrow as it gets: a row for every node, and to the left of them a line for
 * every event, from the first to the last that has to do with it. Lengths are CSS pixels.
 */
export function lanesOf({ nodes, edges }: FlowGraph): Lanes {
  const rowOf = new Map(nodes.map(({ id }, index) => [id, index]))
  const yOf = (id: string): number => ((rowOf.get(id) ?? 0) + 0.5) * ROW
  const spans = nodes
    .filter(({ kind }) => kind === 'event')
    .map(({ id }) => {
      const rows = [id, ...edges.filter((edge) => edge.includes(id)).flat()].map(yOf)
      return { id, from: Math.min(...rows), to: Math.max(...rows) }
    })
    .sort((one, other) => one.from - other.from)
  const ends: number[] = []
  const lanes = spans.map((span): Lane => {
    const free = ends.findIndex((end) => end < span.from)
    const index = free === -1 ? ends.length : free
    ends[index] = span.to
    return { ...span, x: MARGIN + index * LANE }
  })
  const xOf = new Map(lanes.map(({ id, x }) => [id, x]))
  const jointsOf = ({ id, kind }: FlowNode): Row['joints'] => {
    if (kind === 'event') return [{ x: xOf.get(id) ?? 0, role: 'self' }]
    return edges
      .filter((edge) => edge.includes(id))
      .map(([from, to]) =>
        from === id ? { x: xOf.get(to) ?? 0, role: 'emits' } : { x: xOf.get(from) ?? 0, role: 'takes' },
      )
  }
  const labelX = MARGIN + ends.length * LANE + 8
  return {
    width: labelX + Math.max(...nodes.map(({ label, note }) => widthOf({ lines: [label], note }))) + MARGIN,
    height: nodes.length * ROW,
    labelX,
    lanes,
    rows: nodes.map((node) => ({ ...node, y: yOf(node.id), joints: jointsOf(node) })),
  }
}
