import * as z from 'zod'
import { lastPart } from './arns.ts'
import type { Outcome } from './journal.ts'

/** An event as people look at it: what it was, and how each consumer fared. */
export interface RecordedEvent {
  /** In the journal: an event that came later has a greater one. */
  readonly place: number
  readonly id: string
  readonly bus: string
  /** Its detail-type. */
  readonly name: string
  /** ISO 8601, whole seconds. */
  readonly time: string
  readonly source: string
  /** What it is about, by ARN. */
  readonly resources: readonly string[]
  readonly detail: unknown
  /** Epoch milliseconds, as all times below. */
  readonly receivedAt: number
  /** The access key id that put it on the bus; undefined for a schedule's, and for one of a version that did not keep it. */
  readonly caller: string | undefined
  readonly deliveries: readonly RecordedDelivery[]
}

/** One sending of an event to a target of a rule. */
export interface RecordedDelivery {
  readonly consumer: string
  readonly outcome: Outcome | 'pending'
  readonly attempts: number
  /** How long the last attempt took. */
  readonly ms: number | undefined
  readonly error?: string
  /** The rule's name. */
  readonly rule: string
  /** The target's ARN. */
  readonly target: string
  /** The replay that it is part of. */
  readonly replay: string | undefined
  /** When it began to wait for its consumer. */
  readonly createdAt: number
  /** Of the last attempt: when the consumer's function was given it, and when it was done with it. */
  readonly invokedAt: number | undefined
  readonly endedAt: number | undefined
  /** The attempts before the last, as far as they were noted. */
  readonly earlier: readonly RecordedAttempt[]
}

interface RecordedAttempt {
  readonly invokedAt: number | undefined
  readonly endedAt: number | undefined
  readonly ms: number | undefined
  readonly error: string | undefined
}

/** The columns of an `EventRow`. */
export const EVENT_COLUMNS = 'seq, id, bus, name, source, envelope, received_at AS receivedAt, caller'

const orNone = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().transform((value) => value ?? undefined)

const Envelope = z.object({ time: z.string(), resources: z.array(z.string()), detail: z.unknown() })
// Made once: to make a schema takes longer than to parse a row.
const EventRows = z.array(
  z
    .object({
      seq: z.number(),
      id: z.string(),
      bus: z.string(),
      name: z.string(),
      source: z.string(),
      envelope: z.string(),
      receivedAt: z.number(),
      caller: orNone(z.string()),
    })
    .transform(({ seq, envelope, ...event }) => ({ place: seq, ...event, ...Envelope.parse(JSON.parse(envelope)) })),
)

const DELIVERY_COLUMNS = `event, consumer, outcome, attempts, ms, error, rule_arn AS ruleArn, target_arn AS target,
  replay, created_at AS createdAt, invoked_at AS invokedAt, ended_at AS endedAt, earlier`

const Time = orNone(z.number())
const Earlier = z.array(
  z
    .tuple([Time, Time, Time, orNone(z.string())])
    .transform(([invokedAt, endedAt, ms, error]): RecordedAttempt => ({ invokedAt, endedAt, ms, error })),
)
const NO_ATTEMPTS: readonly RecordedAttempt[] = []

const DeliveryRows = z.array(
  z
    .object({
      event: z.number(),
      consumer: z.string(),
      outcome: z.enum(['pending', 'processed', 'duplicate', 'retrying', 'dead']),
      attempts: z.number(),
      ms: Time,
      error: z.string().nullable(),
      ruleArn: z.string(),
      target: z.string(),
      replay: orNone(z.string()),
      createdAt: z.number(),
      invokedAt: Time,
      endedAt: Time,
      earlier: z.string().nullable(),
    })
    .transform(({ ruleArn, error, earlier, event, ...delivery }) => ({
      event,
      delivery: {
        ...delivery,
        ...(error === null ? {} : { error }),
        rule: lastPart(ruleArn),
        earlier: earlier === null ? NO_ATTEMPTS : Earlier.parse(JSON.parse(earlier)),
      },
    })),
)

/** Of the events whose places are in a JSON array. */
export const SELECT_DELIVERIES = `SELECT ${DELIVERY_COLUMNS} FROM eventbridge_deliveries
  WHERE event IN (SELECT value FROM json_each(?)) ORDER BY id`

/** Rows of `EVENT_COLUMNS`. */
export const readEvents = (rows: readonly unknown[]): readonly Omit<RecordedEvent, 'deliveries'>[] =>
  EventRows.parse(rows)

/** The deliveries of each event, in the order in which they were made, by its place. */
export function readDeliveries(rows: readonly unknown[]): ReadonlyMap<number, readonly RecordedDelivery[]> {
  const byEvent = new Map<number, RecordedDelivery[]>()
  for (const { event, delivery } of DeliveryRows.parse(rows)) {
    const others = byEvent.get(event)
    if (others) others.push(delivery)
    else byEvent.set(event, [delivery])
  }
  return byEvent
}
