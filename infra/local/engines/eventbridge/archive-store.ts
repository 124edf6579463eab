import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import type { JournalledEvent } from './journal.ts'
import type { Archive } from './model.ts'

export type ArchiveStore = ReturnType<typeof openArchiveStore>

/** How far a replay has come: the last event read, by time (epoch seconds) and then by place in the journal. */
export interface Cursor {
  readonly time: number
  readonly event: number
}

/** Events of one name. */
export interface KeptName {
  readonly name: string
  readonly count: number
  /** The one that came last, as JSON text. */
  readonly newest: string
}

const DAY_MS = 86_400_000

const Row = z.object({
  time: z.number(),
  seq: z.number(),
  id: z.string(),
  name: z.string(),
  traceId: z
    .string()
    .nullable()
    .transform((traceId) => traceId ?? undefined),
  envelope: z.string(),
})

const Rows = z.array(Row)
const OldestTime = z.object({ time: z.number() }).optional()
const Oldest = z.object({ receivedAt: z.number() }).optional()
const Totals = z.object({ events: z.number(), bytes: z.number() })
const Last = z.object({ last: z.number() })
const KeptNames = z.array(z.object({ name: z.string(), count: z.number(), newest: z.string() }))

/** Opens what the archives keep. */
export function openArchiveStore(database: DatabaseSync, now: () => number) {
  const selectTotals = database.prepare(
    'SELECT count(*) AS events, coalesce(sum(size), 0) AS bytes FROM eventbridge_archived WHERE archive = ?',
  )
  const selectLast = database.prepare('SELECT coalesce(max(seq), 0) AS last FROM eventbridge_events')
  const selectOldest = database.prepare('SELECT received_at AS receivedAt FROM eventbridge_events ORDER BY seq LIMIT 1')
  const selectPage = database.prepare(`SELECT a.time, e.seq, e.id, e.name, e.trace_id AS traceId, e.envelope
    FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event
    WHERE a.archive = ? AND (a.time, a.event) > (?, ?) AND a.time <= ? AND a.event <= ? AND e.received_at >= ?
    ORDER BY a.time, a.event LIMIT ?`)
  const selectNames = database.prepare(`SELECT n.name, n.count, e.envelope AS newest FROM (
      SELECT e.name, count(*) AS count, max(e.seq) AS seq
      FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event
      WHERE a.archive = ?1 AND a.time BETWEEN ?2 AND ?3 AND e.received_at >= ?4 AND (?5 IS NULL OR a.event = ?5)
      GROUP BY e.name
    ) n JOIN eventbridge_events e ON e.seq = n.seq ORDER BY n.name`)
  const selectOldestKept = database.prepare(`SELECT a.time
    FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event
    WHERE a.archive = ? AND e.received_at >= ? ORDER BY a.time LIMIT 1`)
  const expired = `SELECT a.event FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event
    WHERE a.archive = ? AND e.received_at < ?`
  const updateReleased = database.prepare(
    `UPDATE eventbridge_events SET archives = archives - 1 WHERE seq IN (${expired})`,
  )
  const deleteReleased = database.prepare(
    `DELETE FROM eventbridge_archived WHERE archive = ? AND event IN (${expired})`,
  )

  /** Lets go of events received before this time (epoch milliseconds); they stay in the journal for a while. */
  function release(archive: string, before: number): void {
    const oldest = Oldest.parse(selectOldest.get())
    if (oldest === undefined || oldest.receivedAt >= before) return
    updateReleased.run(archive, before)
    deleteReleased.run(archive, archive, before)
  }

  const oldestKept = ({ retentionDays }: Archive): number => (retentionDays === 0 ? 0 : now() - retentionDays * DAY_MS)

  return {
    /** Drops what an archive has kept for long enough; to be called in a transaction. */
    expire: (archive: Archive): void => release(archive.name, oldestKept(archive)),

    totals(archive: Archive): { readonly events: number; readonly bytes: number } {
      return Totals.parse(selectTotals.get(archive.name))
    },

    /** Forgets all that an archive keeps; to be called in a transaction. */
    clear: (archive: string): void => release(archive, Number.MAX_SAFE_INTEGER),

    /** What is kept of a range of times (epoch seconds, both inclusive) or of one event, by name. */
    names(archive: Archive, { from, to, place }: { from: number; to: number; place?: number }): readonly KeptName[] {
      return KeptNames.parse(selectNames.all(archive.name, from, to, oldestKept(archive), place ?? null))
    },

    /** When the oldest event happened that is kept, in epoch seconds; `undefined` if none is. */
    oldest(archive: Archive): number | undefined {
      return OldestTime.parse(selectOldestKept.get(archive.name, oldestKept(archive)))?.time
    },

    /** The place of the newest event in the journal. */
    last: (): number => Last.parse(selectLast.get()).last,

    /**
     * The next events after the cursor, in the order of their times: up to `end` (epoch seconds) and the event `last`.
     */
    page(
      archive: Archive,
      { after, end, last, limit }: { after: Cursor; end: number; last: number; limit: number },
    ): readonly (JournalledEvent & { readonly time: number; readonly name: string })[] {
      const rows = selectPage.all(archive.name, after.time, after.event, end, last, oldestKept(archive), limit)
      return Rows.parse(rows)
    },
  }
}
