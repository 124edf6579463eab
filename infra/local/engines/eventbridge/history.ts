import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { EVENT_COLUMNS, type RecordedEvent, readDeliveries, readEvents, SELECT_DELIVERIES } from './history-rows.ts'
import { OPEN } from './journal-schema.ts'
import { likePattern, matcher } from './text-search.ts'

export interface RecentFilter {
  readonly correlationId?: string
  /** A detail-type. */
  readonly name?: string
  /** At most 10,000; 100 if not given. */
  readonly limit?: number
}

/** Which part of the journal is looked at, from its newest event on. */
export interface PageQuery {
  /** Occurs, in any case, in the event's id, name, source or detail. */
  readonly text?: string
  /** Places, both exclusive. */
  readonly before?: number
  readonly after?: number
  readonly limit: number
}

export interface Page {
  /** Newest first. */
  readonly events: readonly RecordedEvent[]
  /** Where to look further, as `before`; undefined if all was looked at. */
  readonly next: number | undefined
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 10_000
/** Events looked through for a text at a time, and how many of them are taken apart for it: a few milliseconds. */
const SLICE = 5000
const CANDIDATES = 500
/** Events that no archive keeps are kept for people to look at, but not for ever. */
const UNARCHIVED_KEPT = 100_000
const TRIM_EVERY = 1000

const Seq = z.object({ seq: z.number().nullable() }).optional()

/** Opens the journal for reading, newest event first. `kept`: how many unarchived events `trim` leaves. */
export function openHistory(database: DatabaseSync, kept = UNARCHIVED_KEPT) {
  const select = (where: string) =>
    database.prepare(`SELECT ${EVENT_COLUMNS} FROM eventbridge_events ${where} ORDER BY seq DESC LIMIT ?`)
  const selectAll = select('')
  const selectByName = select('WHERE name = ?')
  const selectByCorrelation = select('WHERE correlation_id = ?')
  const selectByBoth = select('WHERE correlation_id = ? AND name = ?')
  const selectById = select('WHERE id = ?')
  const selectAt = select('WHERE seq IN (SELECT value FROM json_each(?))')
  const selectBetween = select('WHERE seq < ? AND seq > ?')
  const selectLike = select('WHERE seq < ? AND seq > ? AND envelope LIKE ?')
  const selectDeliveries = database.prepare(SELECT_DELIVERIES)
  const selectOldest = database.prepare('SELECT min(seq) AS seq FROM eventbridge_events')
  const selectNewest = database.prepare('SELECT max(seq) AS seq FROM eventbridge_events')
  const selectOldestKept = database.prepare(
    'SELECT seq FROM eventbridge_events WHERE archives = 0 ORDER BY seq DESC LIMIT 1 OFFSET ?',
  )
  const deleteOld = `archives = 0 AND seq < ?
    AND NOT EXISTS (SELECT 1 FROM eventbridge_deliveries WHERE event = seq AND ${OPEN})`
  const deleteOldDeliveries = database.prepare(
    `DELETE FROM eventbridge_deliveries WHERE event IN (SELECT seq FROM eventbridge_events WHERE ${deleteOld})`,
  )
  const deleteOldEvents = database.prepare(`DELETE FROM eventbridge_events WHERE ${deleteOld}`)
  let untilTrim = 0

  const rows = ({ correlationId, name }: RecentFilter, limit: number): unknown[] => {
    if (correlationId !== undefined && name !== undefined) return selectByBoth.all(correlationId, name, limit)
    if (correlationId !== undefined) return selectByCorrelation.all(correlationId, limit)
    return name === undefined ? selectAll.all(limit) : selectByName.all(name, limit)
  }

  function withDeliveries(events: readonly Omit<RecordedEvent, 'deliveries'>[]): readonly RecordedEvent[] {
    const deliveries = readDeliveries(selectDeliveries.all(JSON.stringify(events.map(({ place }) => place))))
    return events.map((event) => ({ ...event, deliveries: deliveries.get(event.place) ?? [] }))
  }

  const recorded = (found: readonly unknown[]): readonly RecordedEvent[] => withDeliveries(readEvents(found))

  const newest = (): number => Seq.parse(selectNewest.get())?.seq ?? 0

  /** One slice of what a text is looked for in. */
  function search(text: string, { before = Number.MAX_SAFE_INTEGER, after = 0, limit }: PageQuery): Page {
    const first = Math.min(before, newest() + 1)
    const oldest = Math.max(Seq.parse(selectOldest.get())?.seq ?? 0, after + 1)
    const end = Math.max(first - SLICE, oldest) - 1
    const matches = matcher(text)
    const found: Omit<RecordedEvent, 'deliveries'>[] = []
    let candidates = 0
    for (const row of selectLike.iterate(first, end, likePattern(text), SLICE)) {
      const [event] = readEvents([row])
      if (event && matches(event)) found.push(event)
      if (event && (found.length === limit || ++candidates === CANDIDATES))
        return { events: withDeliveries(found), next: event.place }
    }
    return { events: withDeliveries(found), next: end + 1 > oldest ? end + 1 : undefined }
  }

  return {
    /** Events of one detail-type or one correlation id, newest first; an event replayed shows each delivery. */
    recent(filter: RecentFilter): readonly RecordedEvent[] {
      return recorded(rows(filter, Math.min(Math.max(Math.trunc(filter.limit ?? DEFAULT_LIMIT), 0), MAX_LIMIT)))
    },

    /**
     * Events from somewhere in the journal on, newest first. With a text it looks through a few thousand at a time and
     * may find fewer than asked for, or none, with more to come at `next`.
     */
    page(query: PageQuery): Page {
      const { text, before = Number.MAX_SAFE_INTEGER, after = 0, limit } = query
      if (text !== undefined) return search(text, query)
      const events = recorded(selectBetween.all(before, after, limit))
      return { events, next: events.length === limit ? events.at(-1)?.place : undefined }
    },

    /** The newest event's place; 0 if there is none. */
    head: newest,

    /** The events at these places that are still kept, newest first. */
    at: (places: readonly number[]): readonly RecordedEvent[] =>
      recorded(selectAt.all(JSON.stringify(places), places.length)),

    /** Looks through all that is kept: some 20 ms for 100,000 events. */
    find: (id: string): RecordedEvent | undefined => recorded(selectById.all(id, 1))[0],

    /** To be called for each event: now and then drops the oldest events that no archive keeps and nobody waits for. */
    trim(): void {
      if (--untilTrim > 0) return
      untilTrim = TRIM_EVERY
      const { seq } = Seq.parse(selectOldestKept.get(kept - 1)) ?? {}
      if (typeof seq !== 'number') return
      deleteOldDeliveries.run(seq)
      deleteOldEvents.run(seq)
    },
  }
}
