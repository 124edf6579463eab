import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { lastPart } from './arns.ts'
import type { Outcome } from './journal.ts'
import { OPEN } from './journal-schema.ts'

/** An event as people look at it: what it was, and how each consumer fared. */
export interface RecordedEvent {
  readonly id: string
  /** Its detail-type. */
  readonly name: string
  /** ISO 8601, whole seconds. */
  readonly time: string
  readonly source: string
  readonly detail: unknown
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly deliveries: readonly {
    readonly consumer: string
    readonly outcome: Outcome | 'pending'
    readonly attempts: number
    readonly ms: number | undefined
    readonly error?: string
    /** The rule's name. */
    readonly rule: string
    /** The target's ARN. */
    readonly target: string
  }[]
}

export interface RecentFilter {
  readonly correlationId?: string
  /** A detail-type. */
  readonly name?: string
  /** At most 1000, 100 if not given. */
  readonly limit?: number
}

/** How the newest deliveries to one target of one rule have fared. */
export type Tally = z.output<typeof Tally>
const Tally = z.object({
  ruleArn: z.string(),
  targetId: z.string(),
  pending: z.number(),
  processed: z.number(),
  duplicate: z.number(),
  retrying: z.number(),
  dead: z.number(),
  /** Of those that were tried, milliseconds. */
  averageMs: z.number().nullable(),
  p99Ms: z.number().nullable(),
})

/** What the last attempt at a message came to. */
export type Attempt = z.output<typeof Attempt>
const Attempt = z.object({ eventId: z.string(), attempts: z.number(), error: z.string().nullable() })

/** So many deliveries are lately; more would take more than three milliseconds to count. */
const LATELY = 2000
const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000
/** Events that no archive keeps are kept for people to look at, but not for ever. */
const UNARCHIVED_KEPT = 100_000
const TRIM_EVERY = 1000

const EventRow = z.object({
  seq: z.number(),
  id: z.string(),
  name: z.string(),
  source: z.string(),
  envelope: z.string().transform((json) => z.object({ time: z.string(), detail: z.unknown() }).parse(JSON.parse(json))),
  receivedAt: z.number(),
})
const DeliveryRow = z.object({
  consumer: z.string(),
  outcome: z.enum(['pending', 'processed', 'duplicate', 'retrying', 'dead']),
  attempts: z.number(),
  ms: z.number().nullable(),
  error: z.string().nullable(),
  ruleArn: z.string(),
  target: z.string(),
})

/** Opens the journal for reading, newest event first. `kept`: how many unarchived events `trim` leaves. */
export function openHistory(database: DatabaseSync, kept = UNARCHIVED_KEPT) {
  const select = (where: string) =>
    database.prepare(`SELECT seq, id, name, source, envelope, received_at AS receivedAt
      FROM eventbridge_events ${where} ORDER BY seq DESC LIMIT ?`)
  const selectAll = select('')
  const selectByName = select('WHERE name = ?')
  const selectByCorrelation = select('WHERE correlation_id = ?')
  const selectByBoth = select('WHERE correlation_id = ? AND name = ?')
  const selectDeliveries = database.prepare(`SELECT consumer, outcome, attempts, ms, error, rule_arn AS ruleArn,
    target_arn AS target FROM eventbridge_deliveries WHERE event = ? ORDER BY id`)
  const selectOldestKept = database.prepare(
    'SELECT seq FROM eventbridge_events WHERE archives = 0 ORDER BY seq DESC LIMIT 1 OFFSET ?',
  )
  const deleteOld = `archives = 0 AND seq < ?
    AND NOT EXISTS (SELECT 1 FROM eventbridge_deliveries WHERE event = seq AND ${OPEN})`
  const deleteOldDeliveries = database.prepare(
    `DELETE FROM eventbridge_deliveries WHERE event IN (SELECT seq FROM eventbridge_events WHERE ${deleteOld})`,
  )
  const deleteOldEvents = database.prepare(`DELETE FROM eventbridge_events WHERE ${deleteOld}`)
  const count = (outcome: string) => `count(*) FILTER (WHERE outcome = '${outcome}') AS ${outcome}`
  const selectTallies = database.prepare(`
    WITH latest AS (
      SELECT rule_arn, target_id, outcome, ms FROM eventbridge_deliveries ORDER BY id DESC LIMIT ${LATELY}
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY rule_arn, target_id ORDER BY ms IS NULL, ms) AS place,
        count(ms) OVER (PARTITION BY rule_arn, target_id) AS tried FROM latest
    )
    SELECT rule_arn AS ruleArn, target_id AS targetId,
      ${['pending', 'processed', 'duplicate', 'retrying', 'dead'].map(count).join(', ')},
      avg(ms) AS averageMs, min(ms) FILTER (WHERE place >= 0.99 * tried) AS p99Ms
    FROM ranked GROUP BY rule_arn, target_id`)
  const selectAttempt = database.prepare(`SELECT e.id AS eventId, d.attempts, d.error
    FROM eventbridge_deliveries d JOIN eventbridge_events e ON e.seq = d.event
    WHERE d.message_id = ? AND d.target_arn = ?`)
  let untilTrim = 0

  const rows = ({ correlationId, name }: RecentFilter, limit: number): unknown[] => {
    if (correlationId !== undefined && name !== undefined) return selectByBoth.all(correlationId, name, limit)
    if (correlationId !== undefined) return selectByCorrelation.all(correlationId, limit)
    return name === undefined ? selectAll.all(limit) : selectByName.all(name, limit)
  }

  return {
    /** Events of one detail-type or one correlation id, newest first; an event replayed shows each delivery. */
    recent(filter: RecentFilter): readonly RecordedEvent[] {
      const limit = Math.min(Math.max(Math.trunc(filter.limit ?? DEFAULT_LIMIT), 0), MAX_LIMIT)
      return z
        .array(EventRow)
        .parse(rows(filter, limit))
        .map(({ seq, envelope: { time, detail }, ...event }) => ({
          ...event,
          time,
          detail,
          deliveries: z
            .array(DeliveryRow)
            .parse(selectDeliveries.all(seq))
            .map(({ ruleArn, ms, error, ...delivery }) => ({
              ...delivery,
              ms: ms ?? undefined,
              ...(error === null ? {} : { error }),
              rule: lastPart(ruleArn),
            })),
        }))
    },

    tallies: (): readonly Tally[] => z.array(Tally).parse(selectTallies.all()),

    attempted: (queueArn: string, messageId: string): Attempt | undefined =>
      Attempt.optional().parse(selectAttempt.get(messageId, queueArn)),

    /** To be called for each event: now and then drops the oldest events that no archive keeps and nobody waits for. */
    trim(): void {
      if (--untilTrim > 0) return
      untilTrim = TRIM_EVERY
      const oldest = z
        .object({ seq: z.number() })
        .optional()
        .parse(selectOldestKept.get(kept - 1))
      if (!oldest) return
      deleteOldDeliveries.run(oldest.seq)
      deleteOldEvents.run(oldest.seq)
    },
  }
}
