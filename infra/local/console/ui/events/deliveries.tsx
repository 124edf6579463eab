import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useNow } from '../live/use-now.ts'
import { type ConsoleEvent, type Delivery, keyed } from '../model/event.ts'
import { formatDuration } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { durationOf, spansOf } from '../model/timeline.ts'
import { OutcomeBadge } from '../parts/outcome.tsx'
import styles from './event-detail.module.css'

/** What became of an event at each of its consumers. */
export function Deliveries({ event }: { readonly event: ConsoleEvent }) {
  const { deliveries, place } = event
  return (
    <section aria-labelledby="deliveries">
      <h3 id="deliveries">Deliveries</h3>
      {deliveries.length === 0 && <p className={styles.none}>No consumer took this event; below it says why.</p>}
      <ul className={styles.deliveries} aria-live="polite">
        {keyed(deliveries).map(({ key, delivery }) => (
          <DeliveryFacts key={key} delivery={delivery} place={place} />
        ))}
      </ul>
    </section>
  )
}

function DeliveryFacts({ delivery, place }: { readonly delivery: Delivery; readonly place: number }) {
  const { consumer, outcome, attempts, error, rule, replay, function: name } = delivery
  const isOpen = outcome === 'pending' || outcome === 'retrying'
  const now = useNow(isOpen)
  const spans = spansOf(delivery, now)
  const waited = durationOf(spans, 'waiting', 'starting')
  const worked = durationOf(spans, 'working', 'failed')
  const figures: readonly ReactNode[] = [
    attempts > 0 && (attempts === 1 ? '1 attempt' : `${attempts} attempts`),
    waited > 0 && `${isOpen ? 'waiting' : 'waited'} ${formatDuration(waited)}`,
    worked > 0 && `worked ${formatDuration(worked)}`,
  ].filter((figure) => figure !== false)
  return (
    <li>
      <p className={styles.delivery}>
        <b>{consumer}</b>
        <OutcomeBadge outcome={outcome} />
        {replay !== undefined && (
          <a href={linkTo('replays', replay)}>{replay.startsWith('rerun-') ? 'rerun' : 'replay'}</a>
        )}
        <span className={styles.figures}>{figures.join(' · ')}</span>
      </p>
      {error !== undefined && (
        <pre className={styles.error} data-outcome={outcome}>
          {error}
        </pre>
      )}
      <p className={styles.actions}>
        <Button
          component="a"
          variant="default"
          size="compact-xs"
          href={linkTo('replays', undefined, { place: String(place), rule, rerun: 'yes' })}
        >
          Rerun …
        </Button>
        {name !== undefined && <a href={linkTo('functions', name)}>its function</a>}
      </p>
    </li>
  )
}
