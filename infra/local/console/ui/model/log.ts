import * as z from 'zod/mini'
import { ConsoleEvent, sameEvent } from './event.ts'
import { reuse } from './held.ts'

/** What the console's API answers about the log. */
export const LogPage = z.object({
  events: z.array(ConsoleEvent),
  /** Where to go on with what is older; none if that is all. */
  next: z.optional(z.number()),
  /** The place of the newest event there was. */
  head: z.number(),
})
export type LogPage = z.infer<typeof LogPage>

/** The part of the log that is here: what was found up to `head`, without a gap. */
export type Log = Readonly<LogPage>

/** With what is older. */
export const withOlder = (log: Log | undefined, page: LogPage): Log =>
  log ? { events: [...log.events, ...page.events], next: page.next, head: log.head } : page

/** With what is newer than its head. If that is not all of it, there would be a gap: then it begins anew. */
export const withNewer = (log: Log, page: LogPage): Log =>
  page.next === undefined ? { ...log, events: [...page.events, ...log.events], head: page.head } : page

/** With the present state of some of its events. */
export function refreshed(log: Log, events: readonly ConsoleEvent[]): Log {
  const byPlace = new Map(events.map((event) => [event.place, event]))
  const next = reuse(
    log.events,
    log.events.map((event) => byPlace.get(event.place) ?? event),
    sameEvent,
  )
  return { ...log, events: [...next] }
}
