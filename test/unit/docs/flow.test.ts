import { describe, expect, test } from 'vitest'
import * as contracts from '../../../infra/contracts.ts'
import { columnsOf } from '../../../infra/docs/flow/columns.ts'
import { type FlowGraph, graphOf, ranksOf } from '../../../infra/docs/flow/graph.ts'
import { lanesOf } from '../../../infra/docs/flow/lanes.ts'
import { inTwo } from '../../../infra/docs/flow/text.ts'
import { EmailVerified, RegistrationConfirmed, RegistrationRequested } from '../../../schemas/registrations.ts'
import * as shop from './shop.ts'

const node = (id: string, kind: 'event' | 'consumer') => ({ id, kind, label: id, note: kind, href: '' }) as const
const circle: FlowGraph = {
  nodes: [node('Asked', 'event'), node('answer', 'consumer'), node('Answered', 'event'), node('ask', 'consumer')],
  edges: [
    ['Asked', 'answer'],
    ['answer', 'Answered'],
    ['Answered', 'ask'],
    ['ask', 'Asked'],
  ],
}
const graphs: readonly (readonly [string, FlowGraph])[] = [
  ['ours', graphOf(contracts.events, contracts)],
  ["a shop's", graphOf(shop.events, shop)],
  ['a circle', circle],
]

test('a graph has the events, whoever emits them and whoever takes them', () => {
  const { nodes, edges } = graphOf([RegistrationRequested, EmailVerified, RegistrationConfirmed], contracts)
  expect(nodes.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['register', 'event RegistrationRequested', 'keep-registrations', 'notify-owner']),
  )
  expect(nodes.map(({ id }) => id)).not.toContain('announce-expired')
  expect(edges).toEqual(
    expect.arrayContaining([
      ['register', 'event RegistrationRequested'],
      ['event RegistrationRequested', 'keep-registrations'],
      ['keep-registrations', 'event RegistrationConfirmed'],
    ]),
  )
})

test('what follows comes later, and is further on', () => {
  const graph = graphOf(shop.events, shop)
  const ids = graph.nodes.map(({ id }) => id)
  const ranks = ranksOf(graph)
  for (const [from, to] of graph.edges) {
    expect(ids.indexOf(from)).toBeLessThan(ids.indexOf(to))
    expect(ranks.get(from)).toBeLessThan(ranks.get(to) ?? 0)
  }
})

test.each([
  ['POST /api/meetups/{id}/attendances', ['POST /api/meetups', '/{id}/attendances']],
  ['MeetupCancellationRequested', ['MeetupCancellation', 'Requested']],
  ['keep-registrations', ['keep-', 'registrations']],
  ['OrderPlaced.v2', ['Order', 'Placed.v2']],
  ['ship', ['ship']],
])('%s is broken where something begins', (label, lines) => {
  expect(inTwo(label)).toEqual(lines)
})

describe.each(graphs)('%s', (_, graph) => {
  test('from left to right no box is in the way of another', () => {
    const { width, height, boxes, arrows } = columnsOf(graph)
    expect(boxes).toHaveLength(graph.nodes.length)
    expect(arrows).toHaveLength(graph.edges.length)
    for (const one of boxes) {
      expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height).toBe(true)
      for (const other of boxes.filter(({ id }) => id !== one.id)) {
        const isApart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
        expect(isApart, `${one.id} and ${other.id}`).toBe(true)
      }
    }
  })

  test('from top to bottom every event has a line of its own, from the first to the last that it joins', () => {
    const { lanes, rows } = lanesOf(graph)
    for (const { id, x, from, to } of lanes) {
      const joined = rows.filter(
        (row) => row.id === id || graph.edges.some((edge) => edge.includes(id) && edge.includes(row.id)),
      )
      expect(Math.min(...joined.map(({ y }) => y))).toBe(from)
      expect(Math.max(...joined.map(({ y }) => y))).toBe(to)
      for (const { joints } of joined) expect(joints.map((joint) => joint.x)).toContain(x)
      for (const other of lanes.filter((lane) => lane.id !== id && lane.x === x))
        expect(other.to < from || to < other.from).toBe(true)
    }
  })
})
