import { type EventContract, versionedNameOf } from '../../../schemas/event.ts'
import type { Emitter } from '../../contracts.ts'
import type { Flow } from '../asyncapi.ts'
import { linkTo } from '../links.ts'

/** An event, or somebody who emits or takes events. */
export interface FlowNode {
  readonly id: string
  readonly kind: 'event' | Emitter['kind']
  readonly label: string
  /** A few words on what kind of thing it is. */
  readonly note: string
  readonly href: string
}

/** Who emits what, and who takes it; by the ids of nodes. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[]
  readonly edges: readonly (readonly [from: string, to: string])[]
}

/** These events, whoever emits them and whoever takes them. Nodes are in the order of what follows from what. */
export function graphOf(events: readonly EventContract[], { emitters, consumers }: Flow): FlowGraph {
  const eventNodes = events.map(
    (event): FlowNode => ({
      id: `event ${versionedNameOf(event)}`,
      kind: 'event',
      label: versionedNameOf(event),
      note: 'event',
      href: linkTo.event(event),
    }),
  )
  const emitterNodes = emitters.map(
    (emitter): FlowNode => ({
      id: emitter.name,
      kind: emitter.kind,
      label: emitter.title,
      note: noteOf(emitter),
      href: linkTo.emitter(emitter),
    }),
  )
  const consumerNodes = consumers.map(
    ({ name }): FlowNode => ({
      id: name,
      kind: 'consumer',
      label: name,
      note: 'consumer',
      href: linkTo.consumer(name),
    }),
  )
  const edges = events.flatMap((event) => {
    const id = `event ${versionedNameOf(event)}`
    return [
      ...emitters.filter(({ emits }) => emits.includes(event)).map(({ name }) => [name, id] as const),
      ...consumers.filter((one) => one.declaration.events.includes(event)).map(({ name }) => [id, name] as const),
    ]
  })
  const byId = new Map([...eventNodes, ...consumerNodes, ...emitterNodes].map((node) => [node.id, node]))
  const ends = new Set([...eventNodes.map(({ id }) => id), ...edges.flat()])
  return { nodes: inOrder([...ends], edges).flatMap((id) => byId.get(id) ?? []), edges }
}

const noteOf = ({ kind, consumer }: Emitter): string =>
  kind === 'route' ? 'HTTP route' : consumer ? `function of ${consumer}` : kind

/**
 * Depth first, from what most follows from: each comes after all that lead to it, as far as there are no circles, and
 * close to the last of them.
 */
function inOrder(ids: readonly string[], edges: FlowGraph['edges']): readonly string[] {
  const ordered = new Set<string>()
  const entered = new Set<string>()
  const after = (id: string) => edges.filter(([from]) => from === id).map(([, to]) => to)
  const before = (id: string) => edges.filter(([, to]) => to === id).map(([from]) => from)
  function visit(id: string): void {
    if (entered.has(id)) return
    entered.add(id)
    for (const each of before(id)) visit(each)
    ordered.add(id)
    for (const each of after(id)) if (before(each).every((one) => ordered.has(one))) visit(each)
  }
  const reach = new Map(ids.map((id) => [id, reachedFrom(id, after)]))
  for (const id of ids.toSorted((one, other) => (reach.get(other) ?? 0) - (reach.get(one) ?? 0))) visit(id)
  return [...ordered]
}

/** How many nodes follow from one. */
function reachedFrom(id: string, after: (id: string) => readonly string[]): number {
  const reached = new Set([id])
  for (const each of reached) for (const next of after(each)) reached.add(next)
  return reached.size
}

/**
 * How many steps a node is from the first that lead to it: the longest way, where an edge back into a circle counts as
 * none.
 */
export function ranksOf({ nodes, edges }: FlowGraph): ReadonlyMap<string, number> {
  const place = new Map(nodes.map(({ id }, index) => [id, index]))
  const ranks = new Map<string, number>()
  for (const { id } of nodes) {
    const before = edges.filter(([from, to]) => to === id && (place.get(from) ?? 0) < (place.get(id) ?? 0))
    ranks.set(id, Math.max(-1, ...before.map(([from]) => ranks.get(from) ?? 0)) + 1)
  }
  return ranks
}
