import { type FocusEvent, type KeyboardEvent, memo, useState } from 'react'
import { goInstead } from '../live/use-route.ts'
import { type ConsoleEvent, metadataOf, occurredAt } from '../model/event.ts'
import { formatClock, formatDay, formatFull, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { EventName } from '../parts/event-name.tsx'
import { DeliveryChips } from '../parts/outcome.tsx'
import { moveThroughRows } from '../parts/roving.ts'
import styles from './event-list.module.css'

interface EventListProps {
  readonly events: readonly ConsoleEvent[]
  readonly selected: string | undefined
  readonly search: string
}

/** One row for each event. Arrow keys move through the rows, and take the detail along when it is open. */
export function EventList({ events, selected, search }: EventListProps) {
  const [focused, setFocused] = useState<string>()
  const reachable =
    [focused, selected].find((id) => id !== undefined && events.some((event) => event.id === id)) ?? events[0]?.id

  const onFocus = ({ target }: FocusEvent) =>
    setFocused(target.closest('li[data-id]')?.getAttribute('data-id') ?? undefined)
  const onKeyDown = (keyboard: KeyboardEvent<HTMLElement>) => {
    const id = moveThroughRows(keyboard)
    if (id !== undefined && selected !== undefined) goInstead(linkTo('events', id, { search }))
  }
  return (
    <ol onFocus={onFocus} onKeyDown={onKeyDown}>
      {events.map((event) => (
        <EventRow
          key={event.id}
          event={event}
          selected={event.id === selected}
          reachable={event.id === reachable}
          search={search}
        />
      ))}
    </ol>
  )
}

interface EventRowProps {
  readonly event: ConsoleEvent
  readonly selected: boolean
  readonly reachable: boolean
  readonly search: string
}

/** There may be thousands: rendered again only when something in it changed. */
const EventRow = memo(function EventRow({ event, selected, reachable, search }: EventRowProps) {
  const { id, name, source, deliveries } = event
  const { correlationId } = metadataOf(event)
  const at = occurredAt(event)
  const tabIndex = reachable ? 0 : -1
  return (
    <li className={styles.row} data-id={id} data-selected={selected}>
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
        <span className={styles.source}>{source}</span>
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
      <div className={styles.deliveries}>
        <DeliveryChips deliveries={deliveries} />
      </div>
    </li>
  )
})
