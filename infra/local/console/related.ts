import * as z from 'zod'
import type { RecordedEvent } from '../engines/eventbridge/index.ts'
import { type History, search } from './routes/log.ts'

/** Other chains whose events are about the same thing. */
interface Shared {
  /** The name of the id in their data, as `registrationId`, and its value. */
  readonly key: string
  readonly value: string
  /** In the order in which they began. */
  readonly chains: readonly RelatedChain[]
  /** There are more. */
  readonly more: boolean
}

interface RelatedChain {
  readonly correlationId: string
  /** The first of its events with that id. */
  readonly name: string
  readonly at: number
}

/** Ids looked for, and events looked at for each. */
const MOST_IDS = 8
const MOST_EVENTS = 50

const Ids = z.object({ data: z.record(z.string(), z.unknown()) })
const Correlated = z.object({ metadata: z.object({ correlationId: z.string() }) })

/**
 * Chains that have to do with one whose events are given: those with an event whose data has an id of the same name and
 * value. Nothing else counts: not the time, nor a name or an address that happens to be the same.
 */
export async function findRelated(history: History, events: readonly RecordedEvent[]): Promise<readonly Shared[]> {
  const own = new Set(events.map(correlationIdOf))
  const ids = new Map(events.flatMap(idsIn).map(([key, value]) => [`${key} ${value}`, { key, value }]))
  const shared: Shared[] = []
  for (const { key, value } of [...ids.values()].slice(0, MOST_IDS)) {
    const { found, more } = await eventsWith(history, key, value)
    const chains = new Map<string, RelatedChain>()
    for (const event of found.toReversed()) {
      const correlationId = correlationIdOf(event)
      if (correlationId === undefined || own.has(correlationId) || chains.has(correlationId)) continue
      chains.set(correlationId, { correlationId, name: event.name, at: event.receivedAt })
    }
    if (chains.size > 0) shared.push({ key, value, chains: [...chains.values()], more })
  }
  return shared
}

/** Newest first. */
async function eventsWith(history: History, key: string, value: string) {
  const found: RecordedEvent[] = []
  let before: number | undefined
  do {
    const page = await search(history, {
      text: value,
      limit: MOST_EVENTS - found.length,
      ...(before === undefined ? {} : { before }),
    })
    found.push(...page.events.filter((event) => idsIn(event).some(([name, id]) => name === key && id === value)))
    before = page.next
  } while (before !== undefined && found.length < MOST_EVENTS)
  return { found, more: before !== undefined }
}

/** What looks like the name of an id, with its value. */
function idsIn({ detail }: RecordedEvent): readonly (readonly [string, string])[] {
  const { data } = Ids.safeParse(detail)
  return Object.entries(data?.data ?? {}).flatMap(([key, value]) =>
    /Id$/.test(key) && typeof value === 'string' && value !== '' ? [[key, value] as const] : [],
  )
}

const correlationIdOf = ({ detail }: RecordedEvent): string | undefined =>
  Correlated.safeParse(detail).data?.metadata.correlationId
