import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import type { Sendings } from '../../chaos.ts'
import type { AcceptedEvent, Delivery, Destination, JournalledEvent, Settlement } from './journal-model.ts'
import { createTables, OPEN } from './journal-schema.ts'

export type Journal = ReturnType<typeof openJournal>

export type { AcceptedEvent, Delivery, Destination, JournalledEvent, Outcome, Settlement } from './journal-model.ts'

const Rows = z.array(
  z.object({
    id: z.number(),
    ruleArn: z.string(),
    targetId: z.string(),
    targetArn: z.string(),
    consumer: z.string(),
    payload: z.string().nullable(),
    createdAt: z.number(),
    attempts: z.number(),
    replay: z.string().nullable(),
    eventId: z.string(),
    envelope: z.string(),
    traceId: z.string().nullable(),
  }),
)

/** Puts what the row says of the last attempt beside the earlier ones, before it says the same of the next. */
const KEEP_ATTEMPT = `earlier = CASE WHEN ended_at IS NULL THEN earlier
  ELSE json_insert(coalesce(earlier, '[]'), '$[#]', json_array(invoked_at, ended_at, ms, error)) END`

interface Delivered {
  readonly attempts: number
  /** How long handing it over took, and when that was done, in epoch milliseconds. */
  readonly ms: number
  readonly endedAt: number
}

const EventOf = z.object({ event: z.number() })
const NextDue = z.object({ dueAt: z.number().nullable() })
const Reported = z.object({ id: z.number(), event: z.number(), eventId: z.string() }).optional()

/**
 * Opens the durable record of events and their deliveries. Every method is one transaction (or part of the caller's, see
 * `transaction`), and what it wrote survives a SIGKILL once it has returned.
 */
export function openJournal(database: DatabaseSync, sendings: Sendings = () => [0]) {
  createTables(database)
  const insertEvent = database.prepare(`INSERT INTO eventbridge_events
    (id, bus, name, source, time, correlation_id, trace_id, envelope, received_at, archives, caller)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertArchived = database.prepare(
    'INSERT INTO eventbridge_archived (archive, time, event, size) VALUES (?, ?, ?, ?)',
  )
  const insertDelivery = database.prepare(`INSERT INTO eventbridge_deliveries
    (event, replay, rule_arn, target_id, target_arn, consumer, payload, created_at, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const selectOpen = database.prepare(`SELECT 1 FROM eventbridge_deliveries WHERE event = ? AND ${OPEN} LIMIT 1`)
  const selectEvent = database.prepare('SELECT event FROM eventbridge_deliveries WHERE id = ?')
  const selectReported = database.prepare(`SELECT d.id, d.event, e.id AS eventId
    FROM eventbridge_deliveries d JOIN eventbridge_events e ON e.seq = d.event
    WHERE d.message_id = ? AND d.target_arn = ?`)
  const message = 'CASE WHEN json_valid(?2) THEN ?2 END'
  // A message that came back from the dead letters: the delivery that it makes another attempt at.
  const selectRedriven = database.prepare(`SELECT d.id, d.event, e.id AS eventId
    FROM eventbridge_deliveries d JOIN eventbridge_events e ON e.seq = d.event
    WHERE d.outcome = 'dead' AND d.target_arn = ?1 AND e.id = ${message} ->> '$.id'
      AND d.replay IS ${message} ->> '$."replay-name"' ORDER BY d.id DESC LIMIT 1`)
  const updateMessage = database.prepare('UPDATE eventbridge_deliveries SET message_id = ? WHERE id = ?')
  const updateReported = database.prepare(`UPDATE eventbridge_deliveries
    SET outcome = ?, attempts = ?, ms = ?, error = coalesce(?, error), invoked_at = ?, ended_at = ?, ${KEEP_ATTEMPT}
    WHERE id = ?`)
  const updateBuried = database.prepare(
    "UPDATE eventbridge_deliveries SET outcome = 'dead', error = coalesce(?, error) WHERE id = ?",
  )
  const updateDone = database.prepare(`UPDATE eventbridge_deliveries
    SET outcome = ?, attempts = ?, ms = ?, error = NULL, message_id = NULL, due_at = NULL, invoked_at = ?, ended_at = ?,
    ${KEEP_ATTEMPT} WHERE id = ?`)
  const updateHandedOver = database.prepare(`UPDATE eventbridge_deliveries
    SET outcome = 'pending', attempts = 0, error = NULL, message_id = ?, due_at = NULL WHERE id = ?`)
  const updateRetry = database.prepare(`UPDATE eventbridge_deliveries
    SET outcome = 'retrying', attempts = ?, error = ?, due_at = ? WHERE id = ?`)
  const updateDead = database.prepare(`UPDATE eventbridge_deliveries
    SET outcome = 'dead', attempts = ?, error = ?, due_at = NULL WHERE id = ?`)
  const selectDue = database.prepare(`SELECT d.id, d.rule_arn AS ruleArn, d.target_id AS targetId,
      d.target_arn AS targetArn, d.consumer, d.payload, d.created_at AS createdAt, d.attempts, d.replay,
      e.id AS eventId, e.envelope, e.trace_id AS traceId
    FROM eventbridge_deliveries d JOIN eventbridge_events e ON e.seq = d.event
    WHERE d.due_at > 0 AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?`)
  const updateTaken = database.prepare('UPDATE eventbridge_deliveries SET due_at = 0 WHERE id = ?')
  const selectUntried = database.prepare(`SELECT 1 FROM eventbridge_deliveries
    INDEXED BY eventbridge_deliveries_due WHERE due_at IS NOT NULL AND outcome = 'pending' AND replay = ? LIMIT 1`)
  const selectNextDue = database.prepare('SELECT min(due_at) AS dueAt FROM eventbridge_deliveries WHERE due_at > 0')

  // Whoever was sending these has died.
  database.exec('UPDATE eventbridge_deliveries SET due_at = 1 WHERE due_at = 0')
  let open = z.object({ open: z.number() }).parse(
    database
      .prepare(`SELECT count(*) AS open FROM (
        SELECT event FROM eventbridge_deliveries INDEXED BY eventbridge_deliveries_due WHERE due_at IS NOT NULL
        UNION
        SELECT event FROM eventbridge_deliveries INDEXED BY eventbridge_deliveries_message
        WHERE message_id IS NOT NULL AND outcome <> 'dead')`)
      .get(),
  ).open

  const isOpen = (event: number): boolean => selectOpen.get(event) !== undefined

  /** Does what may open or settle deliveries of an event, and counts. */
  function changing(event: number, change: () => void): void {
    const before = isOpen(event)
    change()
    open += Number(isOpen(event)) - Number(before)
  }
  const changingDelivery = (id: number, change: () => void): void =>
    changing(EventOf.parse(selectEvent.get(id)).event, change)

  return {
    /** Events with at least one open delivery. */
    open: (): number => open,

    /** Does all of the work or, if it throws, none of it. */
    transaction<Result>(work: () => Result): Result {
      const openBefore = open
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        open = openBefore
        throw error
      }
    },

    add(event: AcceptedEvent, archives: readonly string[]): JournalledEvent {
      const { id, bus, name, source, time, correlationId, traceId, caller, envelope, receivedAt } = event
      const { lastInsertRowid } = insertEvent.run(
        id,
        bus,
        name,
        source,
        time,
        correlationId ?? null,
        traceId ?? null,
        envelope,
        receivedAt,
        archives.length,
        caller ?? null,
      )
      const seq = Number(lastInsertRowid)
      for (const archive of archives) insertArchived.run(archive, time, seq, Buffer.byteLength(envelope))
      return { seq, id, traceId, envelope }
    },

    /** Deliveries of an event, being sent from now on or when they are due: whoever adds them sends them. */
    addDeliveries(
      event: JournalledEvent,
      destinations: readonly Destination[],
      createdAt: number,
      replay?: string,
    ): readonly Delivery[] {
      const deliveries: Delivery[] = []
      const { seq, id: eventId, traceId } = event
      const envelope = replay === undefined ? event.envelope : asReplayed(event.envelope, replay)
      if (destinations.length > 0) {
        changing(seq, () => {
          for (const destination of destinations) {
            const { ruleArn, targetId, targetArn, consumer, payload } = destination
            for (const lateMs of sendings(envelope, `${ruleArn} ${targetId}`)) {
              const dueAt = lateMs > 0 ? createdAt + lateMs : undefined
              const { lastInsertRowid } = insertDelivery.run(
                seq,
                replay ?? null,
                ruleArn,
                targetId,
                targetArn,
                consumer,
                payload ?? null,
                createdAt,
                dueAt ?? 0,
              )
              const id = Number(lastInsertRowid)
              const made = { ...destination, id, eventId, envelope, traceId, createdAt, attempts: 0 }
              deliveries.push(dueAt === undefined ? made : { ...made, dueAt })
            }
          }
        })
      }
      return deliveries
    },

    /** Deliveries to be sent by now, the longest due first; from now on they are being sent. */
    takeDue(now: number, limit: number): readonly Delivery[] {
      const rows = Rows.parse(selectDue.all(now, limit))
      for (const { id } of rows) updateTaken.run(id)
      return rows.map(({ replay, envelope, traceId, payload, ...row }) => ({
        ...row,
        envelope: replay === null ? envelope : asReplayed(envelope, replay),
        traceId: traceId ?? undefined,
        payload: payload ?? undefined,
      }))
    },

    /** When the next one is due. */
    nextDue: (): number | undefined => NextDue.parse(selectNextDue.get()).dueAt ?? undefined,

    /** Has this replay deliveries that no target has been offered yet? */
    hasUntried: (replay: string): boolean => selectUntried.get(replay) !== undefined,

    /** A tracked target has it: its consumer will report. */
    handedOver(id: number, messageId: string): void {
      updateHandedOver.run(messageId, id)
    },

    /** An untracked target has it, and that is the end of it. */
    delivered: (id: number, { attempts, ms, endedAt }: Delivered): void =>
      changingDelivery(id, () => updateDone.run('processed', attempts, ms, endedAt - ms, endedAt, id)),

    retryAt(id: number, attempts: number, error: string, dueAt: number): void {
      updateRetry.run(attempts, error, dueAt, id)
    },

    dead: (id: number, attempts: number, error: string): void =>
      changingDelivery(id, () => updateDead.run(attempts, error, id)),

    /** Writes down what a consumer reports, and answers whose event it was; `undefined` if nobody waits for it. */
    report({ queueArn, messageId, body = '', outcome, attempts, ms, error, ...times }: Settlement): string | undefined {
      const known = Reported.parse(selectReported.get(messageId, queueArn))
      const reported = known ?? Reported.parse(selectRedriven.get(queueArn, body))
      if (!reported) return undefined
      changing(reported.event, () => {
        if (!known) updateMessage.run(messageId, reported.id)
        const { id } = reported
        const { invokedAt = null, endedAt = null } = times
        if (outcome === 'processed' || outcome === 'duplicate') {
          updateDone.run(outcome, attempts, Math.round(ms), invokedAt, endedAt, id)
        } else if (attempts > 0) {
          updateReported.run(outcome, attempts, Math.round(ms), error ?? null, invokedAt, endedAt, id)
        } else {
          // A message that goes to the dead letters has not been tried once more: what its last attempt said stays.
          updateBuried.run(error ?? null, id)
        }
      })
      return reported.eventId
    },
  }
}

/** A replayed event names its replay, before its resources. No text in JSON can contain a bare quote after a comma. */
export const asReplayed = (envelope: string, replay: string): string =>
  envelope.replace(',"resources":', () => `,"replay-name":${JSON.stringify(replay)},"resources":`)
