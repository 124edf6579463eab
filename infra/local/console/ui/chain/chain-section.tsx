import { useId } from 'react'
import { type ConsoleEvent, metadataOf, occurredAt } from '../model/event.ts'
import { counted, formatClock, formatDay, formatFull, formatOffset, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Copy } from '../parts/copy.tsx'
import styles from './chain-section.module.css'
import { Executions } from './executions.tsx'
import { Timeline } from './timeline.tsx'

/** The console draws no more of one chain. */
const MOST = 500

interface ChainSectionProps {
  readonly correlationId: string
  /** Newest first. */
  readonly events: readonly ConsoleEvent[]
  /** It is the one that was asked for, among others. */
  readonly isMain: boolean
}

/** One chain: what and when it was, how it went, and its picture. */
export function ChainSection({ correlationId, events, isMain }: ChainSectionProps) {
  const heading = useId()
  const first = firstOf(events)
  if (!first) return null
  const at = occurredAt(first)
  return (
    <section className={styles.chain} aria-labelledby={heading} data-main={isMain}>
      <header className={styles.head}>
        <h2 id={heading}>{first.name}</h2>
        <time title={formatFull(at)}>
          {formatDay(at, Date.now())} {formatClock(at)}
        </time>
        <span className={styles.id}>
          <a href={linkTo('chains', correlationId)} title={correlationId}>
            <code>{shortId(correlationId)}</code>
          </a>
          <Copy text={correlationId} what="the correlation id" />
        </span>
        <Summary events={events} />
      </header>
      <Executions correlationId={correlationId} />
      <Timeline events={events} />
    </section>
  )
}

/** What began it: where its causes are known, one that has none. */
const firstOf = (events: readonly ConsoleEvent[]): ConsoleEvent | undefined =>
  events.findLast((event) => metadataOf(event).causationId === undefined) ?? events.at(-1)

function Summary({ events }: { readonly events: readonly ConsoleEvent[] }) {
  const deliveries = events.flatMap((event) => event.deliveries)
  const count = (...outcomes: string[]) => deliveries.filter(({ outcome }) => outcomes.includes(outcome)).length
  const open = count('pending', 'retrying')
  const dead = count('dead')
  const startedAt = Math.min(...events.map(({ receivedAt }) => receivedAt))
  const endedAt = Math.max(
    ...events.map(({ receivedAt }) => receivedAt),
    ...deliveries.map((each) => each.endedAt ?? 0),
  )
  return (
    <p className={styles.summary}>
      <span>{events.length >= MOST ? `the newest ${counted(MOST, 'event')}` : counted(events.length, 'event')}</span>
      <span>{deliveries.length === 1 ? '1 delivery' : `${deliveries.length} deliveries`}</span>
      <span>{formatOffset(endedAt - startedAt)}</span>
      <span aria-live="polite" data-tone={dead > 0 ? 'bad' : open > 0 ? 'busy' : 'good'}>
        {dead > 0 ? counted(dead, 'dead letter') : open > 0 ? `${open} still open` : 'all settled'}
      </span>
    </p>
  )
}
