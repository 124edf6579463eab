import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { type ConsoleEvent, metadataOf, occurredAt } from '../model/event.ts'
import { formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icon.tsx'
import styles from './event-detail.module.css'

export function EventFacts({ event }: { readonly event: ConsoleEvent }) {
  const { correlationId, causationId, eventId } = metadataOf(event)
  const { emitter } = event
  return (
    <>
      <p className={styles.actions}>
        <Button
          component="a"
          variant="default"
          size="xs"
          href={linkTo('replays', undefined, { place: String(event.place) })}
          leftSection={<Icon name="replays" size={14} />}
        >
          Replay it …
        </Button>
      </p>
      <dl className={styles.facts}>
        <Fact term="Happened">
          <time dateTime={event.time}>{formatFull(occurredAt(event))}</time>
        </Fact>
        {emitter && (
          <Fact term="Emitted by">
            {emitter.name}
            {emitter.function !== undefined && emitter.function !== emitter.name && (
              <a href={linkTo('functions', emitter.function)}>its function</a>
            )}
            {emitter.execution !== undefined && <a href={linkTo('executions', emitter.execution)}>its execution</a>}
          </Fact>
        )}
        <Fact term="Source">{event.source}</Fact>
        <Id term="Id" id={event.id} />
        {eventId !== event.id && <Id term="Event id" id={eventId} />}
        <Id term="Correlation" id={correlationId} />
        <Id term="Caused by" id={causationId} />
      </dl>
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
