import * as z from 'zod/mini'

const time = z.optional(z.number())

const Attempt = z.object({ invokedAt: time, endedAt: time, ms: time, error: z.optional(z.string()) })
export type Attempt = z.infer<typeof Attempt>

const Delivery = z.object({
  consumer: z.string(),
  outcome: z.enum(['pending', 'processed', 'duplicate', 'retrying', 'dead']),
  attempts: z.number(),
  ms: z.nullable(z.number()),
  error: z.optional(z.string()),
  rule: z.string(),
  /** What works on it, where the app has a function for that. */
  function: z.optional(z.string()),
  replay: z.optional(z.string()),
  /** Milliseconds since the epoch; of the last attempt. */
  createdAt: z.number(),
  invokedAt: time,
  endedAt: time,
  earlier: z.array(Attempt),
})
export type Delivery = z.infer<typeof Delivery>
export type Outcome = Delivery['outcome']

const Emitter = z.object({
  kind: z.enum(['route', 'consumer', 'stream', 'function', 'workflow', 'client']),
  name: z.string(),
  function: z.optional(z.string()),
  /** The ARN of a workflow's execution. */
  execution: z.optional(z.string()),
})
export type Emitter = z.infer<typeof Emitter>

export const ConsoleEvent = z.object({
  id: z.string(),
  /** In the journal: an event that came later has a greater one. */
  place: z.number(),
  name: z.string(),
  time: z.string(),
  source: z.string(),
  detail: z.unknown(),
  /** Milliseconds since the epoch. */
  receivedAt: z.number(),
  emitter: z.optional(Emitter),
  deliveries: z.array(Delivery),
})
export type ConsoleEvent = z.infer<typeof ConsoleEvent>

export const Found = z.object({ events: z.array(ConsoleEvent) })

/** What events of a choreography say about themselves; any other event on the bus says none of it. */
const Metadata = z.object({
  eventId: z.optional(z.string()),
  correlationId: z.optional(z.string()),
  causationId: z.optional(z.string()),
  occurredAt: z.optional(z.string()),
})
const Detail = z.object({ metadata: Metadata })

const NOTHING: z.infer<typeof Metadata> = {}
const known = new WeakMap<object, z.infer<typeof Metadata>>()

/** The metadata in an event's detail: empty if there is none. */
export function metadataOf(event: ConsoleEvent): z.infer<typeof Metadata> {
  let metadata = known.get(event)
  if (!metadata) {
    const parsed = Detail.safeParse(event.detail)
    metadata = parsed.success ? parsed.data.metadata : NOTHING
    known.set(event, metadata)
  }
  return metadata
}

/** When it happened, in milliseconds since the epoch; to the second only, where just EventBridge's own time is known. */
export function occurredAt(event: ConsoleEvent): number {
  const precise = Date.parse(metadataOf(event).occurredAt ?? '')
  return Number.isNaN(precise) ? Date.parse(event.time) : precise
}

/** Whether a list that shows the one need not change for the other. An event itself never changes, its deliveries do. */
export const sameEvent = (one: ConsoleEvent, other: ConsoleEvent): boolean =>
  one.id === other.id &&
  one.deliveries.length === other.deliveries.length &&
  one.deliveries.every((delivery, index) => sameDelivery(delivery, other.deliveries[index]))

const sameDelivery = (one: Delivery, other: Delivery | undefined): boolean =>
  one.consumer === other?.consumer &&
  one.outcome === other.outcome &&
  one.attempts === other.attempts &&
  one.ms === other.ms &&
  one.error === other.error &&
  one.endedAt === other.endedAt

/** Deliveries with a name for each. A replay delivers to the same consumer again: then the order tells them apart. */
export const keyed = (
  deliveries: readonly Delivery[],
): readonly { readonly key: string; readonly delivery: Delivery }[] =>
  deliveries.map((delivery, index) => ({ key: `${index} ${delivery.consumer}`, delivery }))

const BY_GRAVITY: readonly Outcome[] = ['dead', 'retrying', 'pending', 'processed', 'duplicate']

/** The outcome that deserves attention most; none if nobody consumed any of them. */
export const gravest = (events: readonly ConsoleEvent[]): Outcome | undefined => {
  const outcomes = new Set(events.flatMap(({ deliveries }) => deliveries.map(({ outcome }) => outcome)))
  return BY_GRAVITY.find((outcome) => outcomes.has(outcome))
}
