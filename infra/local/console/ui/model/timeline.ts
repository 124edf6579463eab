import { buildChain, type ChainNode } from './chain.ts'
import type { Attempt, ConsoleEvent, Delivery, Emitter } from './event.ts'
import type { Interval } from './scale.ts'

/** A part of what a delivery took: in its queue, until its function had started, or at work. */
export interface Span extends Interval {
  readonly kind: 'waiting' | 'starting' | 'working' | 'failed'
}

/** What one request caused, as a tree whose lines all lie on one time axis. */
export type Line =
  | { readonly kind: 'emitter'; readonly key: string; readonly emitter: Emitter | undefined; readonly lines: Lines }
  | {
      readonly kind: 'event'
      readonly key: string
      readonly event: ConsoleEvent
      /** It is the same event again: its emitter was retried. */
      readonly isRepeat: boolean
      /** What it says to follow from, when that is not here. */
      readonly missingCause: string | undefined
      readonly lines: Lines
    }
  | {
      readonly kind: 'delivery'
      readonly key: string
      readonly delivery: Delivery
      readonly spans: readonly Span[]
      readonly lines: Lines
    }
type Lines = readonly Line[]

/**
 * Who emitted what, who consumed it, and what those emitted in turn. `now`, in milliseconds since the epoch, is how far
 * what still waits has come.
 */
export function timelineOf(events: readonly ConsoleEvent[], now: number): Lines {
  const { roots } = buildChain(events)
  const emitters = Map.groupBy(roots, ({ event: { emitter } }) => `${emitter?.kind} ${emitter?.name}`)
  return [...emitters].map(([key, nodes]) => ({
    kind: 'emitter',
    key,
    emitter: nodes[0]?.event.emitter,
    lines: nodes.flatMap((node) => linesOf(node, now)),
  }))
}

function linesOf(node: ChainNode, now: number): Lines {
  const recordings = [node.event, ...node.repeats]
  const deliveries = recordings.flatMap((event) => event.deliveries)
  // What a consumer emitted stands under it: the last time it was given the event, if there were several.
  const consumerOf = (child: ChainNode): Delivery | undefined => {
    const by = child.event.emitter?.function
    return by === undefined ? undefined : deliveries.findLast((delivery) => delivery.function === by)
  }
  const followed = Map.groupBy(node.children, consumerOf)
  const followedFrom = (delivery: Delivery | undefined): Lines =>
    (followed.get(delivery) ?? []).flatMap((child) => linesOf(child, now))

  return recordings.map((event, index) => ({
    kind: 'event',
    key: event.id,
    event,
    isRepeat: index > 0,
    missingCause: index > 0 ? undefined : node.missingCause,
    lines: [
      ...event.deliveries.map(
        (delivery, place): Line => ({
          kind: 'delivery',
          key: `${event.id} ${place}`,
          delivery,
          spans: spansOf(delivery, now),
          lines: followedFrom(delivery),
        }),
      ),
      ...(index === 0 ? followedFrom(undefined) : []),
    ],
  }))
}

/** What a delivery took, one part after the other; what was not noted is left out. */
export function spansOf(delivery: Delivery, now: number): readonly Span[] {
  const { outcome, invokedAt, endedAt, ms, earlier, createdAt } = delivery
  const spans: Span[] = []
  let from = createdAt
  const add = (attempt: Attempt, hasFailed: boolean) => {
    if (attempt.invokedAt === undefined || attempt.endedAt === undefined) return
    const begunAt = Math.max(attempt.endedAt - (attempt.ms ?? 0), attempt.invokedAt)
    spans.push(
      { kind: 'waiting', from, to: Math.max(attempt.invokedAt, from) },
      { kind: 'starting', from: attempt.invokedAt, to: begunAt },
      { kind: hasFailed ? 'failed' : 'working', from: begunAt, to: attempt.endedAt },
    )
    from = attempt.endedAt
  }
  for (const attempt of earlier) add(attempt, true)
  add({ invokedAt, endedAt, ms: ms ?? undefined }, outcome === 'retrying' || outcome === 'dead')
  if (outcome === 'pending' || outcome === 'retrying') spans.push({ kind: 'waiting', from, to: Math.max(now, from) })
  return spans.filter((span) => span.to > span.from || span.kind === 'working' || span.kind === 'failed')
}

/** How long of each kind, in milliseconds. */
export const durationOf = (spans: readonly Span[], ...kinds: readonly Span['kind'][]): number =>
  spans.reduce((sum, { kind, from, to }) => (kinds.includes(kind) ? sum + to - from : sum), 0)

/** When something happens: the rest, waiting, may be shortened. */
export function busyIn(lines: Lines): readonly Interval[] {
  return lines.flatMap((line) => [...ownBusy(line), ...busyIn(line.lines)])
}

function ownBusy(line: Line): readonly Interval[] {
  if (line.kind === 'event') return [{ from: line.event.receivedAt, to: line.event.receivedAt }]
  return line.kind === 'delivery' ? line.spans.filter(({ kind }) => kind !== 'waiting') : []
}
