import { ActionIcon } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useEvent } from '../live/sources.ts'
import type { ConsoleEvent } from '../model/event.ts'
import { EventName } from '../parts/event-name.tsx'
import { Icon } from '../parts/icon.tsx'
import { Json } from '../parts/json.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { Deliveries } from './deliveries.tsx'
import { EventChain } from './event-chain.tsx'
import styles from './event-detail.module.css'
import { EventFacts } from './event-facts.tsx'
import { RuleVerdicts } from './rule-verdicts.tsx'

interface EventDetailProps {
  readonly id: string
  /** The event, if the list has it. */
  readonly known: ConsoleEvent | undefined
  readonly narrow: boolean
  readonly onClose: () => void
}

export function EventDetail({ id, known, narrow, onClose }: EventDetailProps) {
  const fetched = useEvent(known ? undefined : id)
  const event = known ?? fetched.data
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
          <>
            <EventFacts event={event} />
            <Deliveries event={event} />
            <EventChain event={event} />
            <section aria-labelledby="detail">
              <h3 id="detail">Detail</h3>
              <Json value={event.detail} what="the detail" />
            </section>
            <RuleVerdicts place={event.place} />
          </>
        ) : fetched.problem ? (
          <p>{fetched.problem}</p>
        ) : fetched.failed ? (
          <Failed what="event" retry={fetched.retry} />
        ) : (
          <Loading what="the event" />
        )}
      </div>
    </aside>
  )
}
