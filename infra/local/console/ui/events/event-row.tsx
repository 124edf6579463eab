import { memo } from 'react'
import { type ConsoleEvent, metadataOf, occurredAt } from '../model/event.ts'
import { excerptOf } from '../model/excerpt.ts'
import { formatClock, formatDay, formatFull, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { EventName } from '../parts/event-name.tsx'
import { DeliveryChips, OutcomeCounts } from '../parts/outcome.tsx'
import styles from './event-list.module.css'

interface EventRowProps {
  readonly event: ConsoleEvent
  readonly index: number
  /** Of all rows. */
  readonly count: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly selected: boolean
  readonly reachable: boolean
  readonly search: string
}

/** There may be thousands: rendered again only when something in it changed. */
export const EventRow = memo(function EventRow(props: EventRowProps) {
  const { event, index, count, top, selected, reachable, search } = props
  const { id, name, deliveries } = event
  const { correlationId } = metadataOf(event)
  const at = occurredAt(event)
  const tabIndex = reachable ? 0 : -1
  return (
    <li
      className={styles.row}
      style={{ top }}
      data-id={id}
      data-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
    >
      <time className={styles.time} dateTime={event.time} title={formatFull(at)}>
        <span className={styles.day}>{formatDay(at, Date.now())}</span> {formatClock(at)}
      </time>
      <p className={styles.what}>
        <a
          className={styles.name}
          href={linkTo('events', id, { search })}
          data-row={id}
          tabIndex={tabIndex}
          aria-current={selected ? 'true' : undefined}
        >
          <EventName name={name} />
        </a>
        <About event={event} search={search} />
      </p>
      <p className={styles.chain}>
        {correlationId !== undefined && (
          <a
            href={linkTo('chains', correlationId)}
            tabIndex={tabIndex}
            title={`The chain of ${correlationId}`}
            aria-label={`Chain ${shortId(correlationId)}`}
          >
            {shortId(correlationId)}
          </a>
        )}
      </p>
      <div className={styles.deliveries} data-fits={fits(deliveries.length)}>
        <DeliveryChips deliveries={deliveries} />
      </div>
      <div className={styles.counts}>
        <OutcomeCounts deliveries={deliveries} />
      </div>
    </li>
  )
})

/** How wide a row must be for two lines to take a chip for each delivery; on any other the outcomes are counted. */
function fits(count: number): 'any' | 'middle' | 'wide' | 'none' {
  if (count <= 2) return 'any'
  if (count <= 4) return 'middle'
  return count <= 6 ? 'wide' : 'none'
}

/** Where it comes from; or where the text that is searched for stands in it. */
function About({ event, search }: { readonly event: ConsoleEvent; readonly search: string }) {
  const found = excerptOf(event.detail, search)
  if (!found) return <span className={styles.about}>{event.emitter?.name ?? event.source}</span>
  const { path, before, hit, after } = found
  return (
    <span className={styles.about}>
      {path.replace(/^data\./, '')}: {before}
      <mark>{hit}</mark>
      {after}
    </span>
  )
}
