import * as z from 'zod/mini'
import { type ConsoleEvent, metadataOf, occurredAt } from './event.ts'

/** One event of a chain, and what followed from it. */
export interface ChainNode {
  /** Its idempotency key. */
  readonly eventId: string
  /** The first one on the bus. */
  readonly event: ConsoleEvent
  /** The same event again, when its emitter was retried: consumers take them for duplicates. Oldest first. */
  readonly repeats: readonly ConsoleEvent[]
  /** Milliseconds since the chain began. */
  readonly offsetMs: number
  /** What it says to follow from, when that is not among the events given. */
  readonly missingCause: string | undefined
  /** What followed from it, oldest first. */
  readonly children: readonly ChainNode[]
}

export interface Chain {
  /** What began it, oldest first; more than one if a request emitted several events, or a cause is no longer kept. */
  readonly roots: readonly ChainNode[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds from the first event to the last. */
  readonly durationMs: number
}

const idOf = (event: ConsoleEvent): string => metadataOf(event).eventId ?? event.id

/**
 * Puts the events of one correlation id, in any order, into causal order by their `causationId`. Each event is in the
 * result exactly once, whatever the ids say: of events that name each other as cause, the oldest counts as the first.
 */
export function buildChain(events: readonly ConsoleEvent[]): Chain {
  const inOrder = [...events].sort((one, other) => occurredAt(one) - occurredAt(other) || compare(one.id, other.id))
  const recordings = Map.groupBy(inOrder, idOf)
  const parents = findParents(recordings)
  const times = inOrder.map(occurredAt)
  const startedAt = times[0] ?? 0
  const roots: ChainNode[] = []
  const childrenOf = new Map<string, ChainNode[]>([...recordings.keys()].map((eventId) => [eventId, []]))
  for (const [eventId, [event, ...repeats]] of recordings) {
    if (!event) continue
    const parent = parents.get(eventId)
    const { causationId } = metadataOf(event)
    const siblings = (parent === undefined ? undefined : childrenOf.get(parent)) ?? roots
    siblings.push({
      eventId,
      event,
      repeats,
      offsetMs: occurredAt(event) - startedAt,
      missingCause: causationId !== undefined && !recordings.has(causationId) ? causationId : undefined,
      children: childrenOf.get(eventId) ?? [],
    })
  }
  return { roots, startedAt, durationMs: (times.at(-1) ?? startedAt) - startedAt }
}

/** Each event's cause, as far as it is there and following causes from it does not lead back to the event. */
function findParents(recordings: ReadonlyMap<string, readonly ConsoleEvent[]>): ReadonlyMap<string, string> {
  const parents = new Map<string, string>()
  for (const [eventId, [event]] of [...recordings].reverse()) {
    const cause = event && metadataOf(event).causationId
    if (cause !== undefined && recordings.has(cause) && !leadsTo(eventId, cause, parents)) parents.set(eventId, cause)
  }
  return parents
}

function leadsTo(eventId: string, from: string, parents: ReadonlyMap<string, string>): boolean {
  let current: string | undefined = from
  while (current !== undefined && current !== eventId) current = parents.get(current)
  return current === eventId
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

export interface ChainSummary {
  readonly correlationId: string
  /** Newest first. */
  readonly events: readonly ConsoleEvent[]
}

/** Groups events, newest first, by correlation id; the chain that something happened in last comes first. */
export function groupByChain(events: readonly ConsoleEvent[]): readonly ChainSummary[] {
  const groups = Map.groupBy(events, (event) => metadataOf(event).correlationId)
  return [...groups].flatMap(([correlationId, of]) =>
    correlationId === undefined ? [] : [{ correlationId, events: of }],
  )
}

/** What the console's API answers about chains that have to do with one. */
export const Related = z.object({
  shared: z.array(
    z.object({
      /** The name of the id that they have in common, and its value. */
      key: z.string(),
      value: z.string(),
      chains: z.array(z.object({ correlationId: z.string(), name: z.string(), at: z.number() })),
      more: z.boolean(),
    }),
  ),
})
type Shared = z.infer<typeof Related>['shared']

export interface RelatedChain {
  readonly correlationId: string
  /** What its first event with that id is called, and when that came, in milliseconds since the epoch. */
  readonly name: string
  readonly at: number
  readonly key: string
  readonly value: string
}

/** So many chains with one id belong to one story; more of them only have somebody or something in common. */
const STORY = 4

/**
 * The chains that tell the same story as one, in the order in which they began: those that share an id with it which few
 * others have. And how many more have what in common with it.
 */
export function storyOf(shared: Shared): {
  readonly chains: readonly RelatedChain[]
  readonly others: readonly Shared[number][]
} {
  const isStory = ({ chains, more }: Shared[number]) => !more && chains.length <= STORY
  const chains = new Map<string, RelatedChain>()
  for (const { key, value, chains: related } of shared.filter(isStory)) {
    for (const chain of related) {
      if (!chains.has(chain.correlationId)) chains.set(chain.correlationId, { ...chain, key, value })
    }
  }
  return {
    chains: [...chains.values()].sort((one, other) => one.at - other.at),
    others: shared.filter((each) => !isStory(each)),
  }
}
