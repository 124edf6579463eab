import type { CSSProperties } from 'react'
import { type Delivery, type Emitter, occurredAt } from '../model/event.ts'
import { formatDuration, formatFull, formatOffset, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { durationOf, type Line, type Span } from '../model/timeline.ts'
import { EventName } from '../parts/event-name.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { OutcomeIcon } from '../parts/outcome.tsx'
import styles from './lines.module.css'

const WHAT: Readonly<Record<Emitter['kind'], { readonly icon: IconName; readonly what: string }>> = {
  route: { icon: 'producer', what: 'Route' },
  consumer: { icon: 'consumers', what: 'Consumer' },
  stream: { icon: 'tables', what: 'Stream of the table' },
  function: { icon: 'functions', what: 'Function' },
  workflow: { icon: 'executions', what: 'Workflow' },
  client: { icon: 'outside', what: 'AWS client' },
}

/** Who began it. */
export function EmitterLabel({ emitter }: { readonly emitter: Emitter | undefined }) {
  const { icon, what } = emitter ? WHAT[emitter.kind] : { icon: 'producer' as const, what: 'Emitter' }
  return (
    <p className={styles.label}>
      <span className={styles.mark}>
        <Icon name={icon} size={14} />
      </span>
      <span className={styles.role}>{what}</span>
      <b className={styles.name}>{emitter?.name ?? 'not known'}</b>
    </p>
  )
}

interface EventLabelProps {
  readonly line: Extract<Line, { kind: 'event' }>
  readonly startedAt: number
}

export function EventLabel({ line: { event, isRepeat, missingCause }, startedAt }: EventLabelProps) {
  return (
    <p className={styles.label}>
      <span className={styles.mark} data-event="true" />
      <a className={styles.name} href={linkTo('events', event.id)}>
        <EventName name={event.name} />
      </a>
      {event.emitter?.execution !== undefined && (
        <a className={styles.note} href={linkTo('executions', event.emitter.execution)}>
          its execution
        </a>
      )}
      {isRepeat && <span className={styles.note}>the same event again</span>}
      {missingCause !== undefined && (
        <span className={styles.note}>
          follows from <code>{shortId(missingCause)}</code>, which is not kept here
        </span>
      )}
      <span className={styles.figure} title={formatFull(occurredAt(event))}>
        +{formatOffset(event.receivedAt - startedAt)}
      </span>
    </p>
  )
}

export function DeliveryLabel({ delivery }: { readonly delivery: Delivery }) {
  const { consumer, outcome, attempts, replay, error } = delivery
  return (
    <p className={styles.label}>
      <span className={styles.mark}>
        <OutcomeIcon outcome={outcome} />
      </span>
      <span className={styles.consumer} title={error}>
        {consumer}
      </span>
      {attempts > 1 && <span className={styles.note}>{attempts} attempts</span>}
      {replay !== undefined && (
        <a className={styles.note} href={linkTo('replays', replay)}>
          {replay.startsWith('rerun-') ? 'rerun' : 'replay'}
        </a>
      )}
    </p>
  )
}

const SAID: Readonly<Record<Span['kind'], string>> = {
  waiting: 'waited',
  starting: 'function started',
  working: 'worked',
  failed: 'failed after',
}

interface DeliveryBarProps {
  readonly line: Extract<Line, { kind: 'delivery' }>
  readonly place: (from: number, to: number) => CSSProperties
}

/** How long it waited and how long it was worked on, drawn and said. */
export function DeliveryBar({ line: { spans }, place }: DeliveryBarProps) {
  const [first] = spans
  const last = spans.at(-1)
  if (!first || !last) return <span className={styles.unknown}>times were not noted</span>
  const waited = durationOf(spans, 'waiting', 'starting')
  const worked = durationOf(spans, 'working', 'failed')
  const isOpen = last.kind === 'waiting'
  return (
    <>
      {spans.map(({ kind, from, to }) => (
        <span
          key={`${kind} ${from}`}
          className={styles.span}
          data-kind={kind}
          style={place(from, to)}
          title={`${SAID[kind]} ${formatDuration(to - from)}`}
        />
      ))}
      <span
        className={styles.times}
        style={
          { '--end': place(first.from, last.to).left, '--width': place(first.from, last.to).width } as CSSProperties
        }
      >
        {waited > 0 && (
          <>
            {isOpen ? 'waiting' : 'waited'} <b>{formatDuration(waited)}</b>
          </>
        )}
        {waited > 0 && worked > 0 && ' · '}
        {worked > 0 && (
          <>
            worked <b>{formatDuration(worked)}</b>
          </>
        )}
      </span>
    </>
  )
}
