import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildChain, type ChainNode, groupByChain } from '../../../infra/local/console/ui/model/chain.ts'
import type { ConsoleEvent } from '../../../infra/local/console/ui/model/event.ts'

const START = Date.parse('2026-01-01T00:00:00.000Z')

interface Sketch {
  readonly id: string
  readonly eventId?: string
  readonly cause?: string
  readonly at?: number
  readonly correlationId?: string
}

const event = ({ id, eventId = id, cause, at = 0, correlationId = 'c' }: Sketch): ConsoleEvent => ({
  id,
  place: at,
  receivedAt: START + at,
  name: 'Happened',
  time: '2026-01-01T00:00:00Z',
  source: 'ensemble.test',
  detail: {
    metadata: {
      eventId,
      correlationId,
      ...(cause === undefined ? {} : { causationId: cause }),
      occurredAt: new Date(START + at).toISOString(),
    },
  },
  deliveries: [],
})

type Tree = { readonly [Id in string]: Tree }
const treeOf = (nodes: readonly ChainNode[]): Tree =>
  Object.fromEntries(nodes.map((node) => [node.eventId, treeOf(node.children)]))

const flatten = (nodes: readonly ChainNode[]): readonly ChainNode[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children)])

describe('a chain', () => {
  test('follows the causes, whatever order the events come in', () => {
    const events = [
      event({ id: 'confirmed', cause: 'verified', at: 30 }),
      event({ id: 'requested' }),
      event({ id: 'mailed', cause: 'requested', at: 20 }),
      event({ id: 'verified', cause: 'requested', at: 10 }),
    ]
    const { roots, startedAt, durationMs } = buildChain(events)
    expect(treeOf(roots)).toEqual({ requested: { verified: { confirmed: {} }, mailed: {} } })
    expect([startedAt, durationMs]).toEqual([START, 30])
    expect(flatten(roots).map(({ eventId, offsetMs }) => [eventId, offsetMs])).toEqual([
      ['requested', 0],
      ['verified', 10],
      ['confirmed', 30],
      ['mailed', 20],
    ])
  })

  test('puts the same event sent twice into one place', () => {
    const events = [event({ id: '2', eventId: 'same', at: 5 }), event({ id: '1', eventId: 'same' })]
    const { roots } = buildChain([...events, event({ id: '3', cause: 'same', at: 9 })])
    expect(treeOf(roots)).toEqual({ same: { 3: {} } })
    expect(roots[0]?.event.id).toBe('1')
    expect(roots[0]?.repeats.map(({ id }) => id)).toEqual(['2'])
  })

  test('says when a cause is not there', () => {
    const { roots } = buildChain([event({ id: 'orphan', cause: 'gone' }), event({ id: 'first' })])
    expect(roots.map(({ eventId, missingCause }) => [eventId, missingCause])).toEqual([
      ['first', undefined],
      ['orphan', 'gone'],
    ])
  })

  test('begins with the oldest of events that name each other as cause', () => {
    const circle = [
      event({ id: 'b', cause: 'a', at: 1 }),
      event({ id: 'c', cause: 'b', at: 2 }),
      event({ id: 'a', cause: 'c' }),
      event({ id: 'self', cause: 'self', at: 3 }),
    ]
    expect(treeOf(buildChain(circle).roots)).toEqual({ a: { b: { c: {} } }, self: {} })
  })

  test('takes events that carry no metadata', () => {
    const foreign = { ...event({ id: 'x' }), detail: { anything: 1 } }
    const { roots, startedAt } = buildChain([foreign])
    expect([roots[0]?.eventId, startedAt]).toEqual(['x', START])
  })

  test('of no events is empty', () => {
    expect(buildChain([])).toEqual({ roots: [], startedAt: 0, durationMs: 0 })
  })

  test('has every event exactly once, and every cause that does not go round in a circle above its event', () => {
    const id = fc.nat(12).map(String)
    const sketches = fc.uniqueArray(
      fc.record({ id: fc.uuid(), eventId: id, cause: fc.option(id, { nil: undefined }), at: fc.nat(20) }),
      { selector: (sketch) => sketch.id },
    )
    fc.assert(
      fc.property(sketches, fc.infiniteStream(fc.nat()), (given, random) => {
        const events = given.map(({ cause, ...sketch }) => event({ ...sketch, ...(cause ? { cause } : {}) }))
        const { roots, durationMs } = buildChain(events)
        const nodes = flatten(roots)

        const recorded = nodes.flatMap((node) => [node.event.id, ...node.repeats.map((repeat) => repeat.id)])
        expect(recorded.toSorted()).toEqual(events.map((one) => one.id).toSorted())
        expect(new Set(nodes.map(({ eventId }) => eventId)).size).toBe(nodes.length)

        for (const node of nodes) {
          expect(node.offsetMs).toBeGreaterThanOrEqual(0)
          expect(node.offsetMs).toBeLessThanOrEqual(durationMs)
          for (const child of node.children) expect(causeOf(child)).toBe(node.eventId)
        }
        for (const root of roots) {
          const cause = causeOf(root)
          const isBeginning = cause === undefined || root.missingCause === cause
          const isCircle = flatten([root]).some(({ eventId }) => eventId === cause)
          expect(isBeginning || isCircle).toBe(true)
        }

        const shuffled = events.toSorted(() => (random.next().value % 2 === 0 ? 1 : -1))
        expect(buildChain(shuffled)).toEqual(buildChain(events))
      }),
    )
  })
})

const causeOf = ({ event: { detail } }: ChainNode): string | undefined =>
  JSON.parse(JSON.stringify(detail)).metadata.causationId

test('chains are listed by what happened last, and events without a correlation id are in none', () => {
  const events = [
    event({ id: '4', correlationId: 'b', at: 4 }),
    event({ id: '3', correlationId: 'a', at: 3 }),
    { ...event({ id: '2' }), detail: null },
    event({ id: '1', correlationId: 'b', at: 1 }),
  ]
  expect(groupByChain(events).map((chain) => [chain.correlationId, chain.events.map(({ id }) => id)])).toEqual([
    ['b', ['4', '1']],
    ['a', ['3']],
  ])
})
