import * as z from 'zod'
import type { EventBridge, RecordedEvent } from '../../engines/eventbridge/index.ts'
import { Limit, MOST, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface EventDeps {
  readonly eventBridge: Pick<EventBridge, 'recent'>
}

const EventFilter = z.object({ correlationId: Word, name: Word, limit: Limit, search: Word })

/** The events on the buses, newest first. */
export const eventRoutes = ({ eventBridge }: EventDeps): readonly ConsoleRoute[] => [
  route({
    method: 'GET',
    path: '/events',
    request: z.object({ query: EventFilter }),
    answer: ({ query }) => findEvents(eventBridge, query).map(eventView),
  }),
]

/**
 * `search` finds the events of that correlation id, or else of that name, or else those among the newest whose name, id
 * or correlation id contains it, in any case.
 */
function findEvents(
  { recent }: EventDeps['eventBridge'],
  { search, ...filter }: z.output<typeof EventFilter>,
): readonly RecordedEvent[] {
  if (search === undefined) return recent(filter)
  for (const exactly of [{ correlationId: search }, { name: search }]) {
    const found = recent({ ...exactly, ...filter })
    if (found.length > 0 && !Object.keys(exactly).some((key) => key in filter)) return found
  }
  const wanted = search.toLowerCase()
  const matches = ({ id, name, detail }: RecordedEvent) =>
    [name, id, correlationIdOf(detail)].some((text) => text.toLowerCase().includes(wanted))
  return recent({ ...filter, limit: MOST })
    .filter(matches)
    .slice(0, filter.limit ?? MOST)
}

const Correlated = z.object({ metadata: z.object({ correlationId: z.string() }) })

function correlationIdOf(detail: unknown): string {
  const parsed = Correlated.safeParse(detail)
  return parsed.success ? parsed.data.metadata.correlationId : ''
}

const eventView = ({ id, name, time, source, detail, deliveries }: RecordedEvent) => ({
  id,
  name,
  time,
  source,
  detail,
  deliveries: deliveries.map(({ consumer, outcome, attempts, ms, error }) => ({
    consumer,
    outcome,
    attempts,
    ms: ms ?? null,
    error,
  })),
})
