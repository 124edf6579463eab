import { type Delivery, keyed, type Outcome } from '../model/event.ts'
import { formatDuration } from '../model/format.ts'
import { Icon, type IconName } from './icon.tsx'
import styles from './outcome.module.css'

const ICONS: Readonly<Record<Outcome, IconName>> = {
  pending: 'waiting',
  processed: 'check',
  duplicate: 'twice',
  retrying: 'again',
  dead: 'dead',
}

const WORDS: Readonly<Record<Outcome, string>> = {
  pending: 'waiting',
  processed: 'processed',
  duplicate: 'duplicate',
  retrying: 'retrying',
  dead: 'dead letter',
}

/** For where words would not fit; it says the word to those who listen. */
export function OutcomeIcon({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span className={styles.icon} data-outcome={outcome} title={WORDS[outcome]}>
      <Icon name={ICONS[outcome]} size={13} />
      <span className="said">{WORDS[outcome]}: </span>
    </span>
  )
}

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span className={styles.badge} data-outcome={outcome}>
      <Icon name={ICONS[outcome]} size={12} />
      {WORDS[outcome]}
    </span>
  )
}

/** What became of one event at one consumer, in a line. */
function DeliveryChip({ delivery }: { readonly delivery: Delivery }) {
  const { consumer, outcome, attempts, ms, error } = delivery
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return (
    <li
      className={styles.chip}
      data-outcome={outcome}
      title={`${consumer}: ${WORDS[outcome]}, ${tries}${error === undefined ? '' : `\n${error}`}`}
    >
      <Icon name={ICONS[outcome]} size={12} />
      <span className={styles.consumer}>{consumer}</span>
      <span className="said">{WORDS[outcome]}</span>
      {attempts > 1 && (
        <span className={styles.figure}>
          <span className="said">{tries}</span>
          <span aria-hidden="true">×{attempts}</span>
        </span>
      )}
      {ms !== null && <span className={styles.figure}>{formatDuration(ms)}</span>}
    </li>
  )
}

export function DeliveryChips({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) return <p className={styles.nobody}>no consumer</p>
  return (
    <ul className={styles.chips}>
      {keyed(deliveries).map(({ key, delivery }) => (
        <DeliveryChip key={key} delivery={delivery} />
      ))}
    </ul>
  )
}

/** What became of one event at its consumers, for where a chip for each would not fit. */
export function OutcomeCounts({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  return (
    <ul className={styles.chips}>
      {[...Map.groupBy(deliveries, ({ outcome }) => outcome)].map(([outcome, { length }]) => (
        <li key={outcome} className={styles.chip} data-outcome={outcome}>
          <Icon name={ICONS[outcome]} size={12} />
          {length} {WORDS[outcome]}
        </li>
      ))}
    </ul>
  )
}
