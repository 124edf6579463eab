import { ActionIcon, Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useEvents } from '../live/sources.ts'
import { type ConsoleEvent, type Delivery, keyed, metadataOf, occurredAt } from '../model/event.ts'
import { formatDuration, formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Copy } from '../parts/copy.tsx'
import { EventName } from '../parts/event-name.tsx'
import { Icon } from '../parts/icon.tsx'
import { Json } from '../parts/json.tsx'
import { OutcomeBadge } from '../parts/outcome.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import styles from './event-detail.module.css'

interface EventDetailProps {
  readonly id: string
  /** The event, if the list has it. */
  readonly known: ConsoleEvent | undefined
  readonly narrow: boolean
  readonly onClose: () => void
}

export function EventDetail({ id, known, narrow, onClose }: EventDetailProps) {
  const fetched = useEvents(known ? undefined : { search: id, limit: 1 })
  const event = known ?? fetched.data?.find((found) => found.id === id)
  const heading = useRef<HTMLHeadingElement>(null)
  // Over the list the detail is all there is; beside it, the list keeps the focus.
  useEffect(() => {
    if (narrow) heading.current?.focus()
  }, [narrow])

  return (
    <aside className={styles.detail} aria-label="Event">
      <header className={styles.head}>
        <ActionIcon
          variant="subtle"
          aria-label={narrow ? 'Back to the events' : 'Close'}
          title={narrow ? 'Back to the events' : 'Close (Esc)'}
          onClick={onClose}
        >
          <Icon name={narrow ? 'back' : 'close'} />
        </ActionIcon>
        <h2 ref={heading} tabIndex={-1}>
          {event ? <EventName name={event.name} /> : 'Event'}
        </h2>
      </header>
      <div className={styles.body}>
        {event ? (
          <Facts event={event} />
        ) : fetched.failed ? (
          <Failed what="event" retry={fetched.retry} />
        ) : fetched.data ? (
          <p>This event is not among the newest any more. Its correlation id would still find it.</p>
        ) : (
          <Loading what="the event" />
        )}
      </div>
    </aside>
  )
}

function Facts({ event }: { readonly event: ConsoleEvent }) {
  const { correlationId, causationId, eventId } = metadataOf(event)
  return (
    <>
      {correlationId !== undefined && (
        <Button
          component="a"
          variant="default"
          size="xs"
          href={linkTo('chains', correlationId)}
          rightSection={<Icon name="forward" size={14} />}
        >
          See its whole chain
        </Button>
      )}
      <dl className={styles.facts}>
        <Fact term="Happened">
          <time dateTime={event.time}>{formatFull(occurredAt(event))}</time>
        </Fact>
        <Fact term="Source">{event.source}</Fact>
        <Id term="Id" id={event.id} />
        {eventId !== event.id && <Id term="Event id" id={eventId} />}
        <Id term="Correlation" id={correlationId} />
        <Id term="Caused by" id={causationId} />
      </dl>
      <section aria-labelledby="deliveries">
        <h3 id="deliveries">Deliveries</h3>
        {event.deliveries.length === 0 && <p className={styles.none}>No consumer asked for this event.</p>}
        <ul className={styles.deliveries} aria-live="polite">
          {keyed(event.deliveries).map(({ key, delivery }) => (
            <DeliveryFacts key={key} delivery={delivery} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="detail">
        <h3 id="detail">Detail</h3>
        <Json value={event.detail} what="the detail" />
      </section>
    </>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Id({ term, id }: { readonly term: string; readonly id: string | undefined }) {
  if (id === undefined) return null
  return (
    <Fact term={term}>
      <code>{id}</code> <Copy text={id} what={term.toLowerCase()} />
    </Fact>
  )
}

function DeliveryFacts({ delivery }: { readonly delivery: Delivery }) {
  const { consumer, outcome, attempts, ms, error } = delivery
  const figures = [
    attempts > 0 && (attempts === 1 ? '1 attempt' : `${attempts} attempts`),
    ms !== null && formatDuration(ms),
  ].filter((figure) => figure !== false)
  return (
    <li>
      <p className={styles.delivery}>
        <b>{consumer}</b>
        <OutcomeBadge outcome={outcome} />
        <span className={styles.figures}>{figures.join(' · ')}</span>
      </p>
      {error !== undefined && (
        <pre className={styles.error} data-outcome={outcome}>
          {error}
        </pre>
      )}
    </li>
  )
}
