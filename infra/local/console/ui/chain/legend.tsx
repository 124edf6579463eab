import styles from './legend.module.css'
import lines from './lines.module.css'

const KINDS = [
  ['waiting', 'waiting in the queue'],
  ['starting', 'function starts'],
  ['working', 'working'],
  ['failed', 'failed attempt'],
] as const

/** What the bars of a timeline mean. */
export function Legend() {
  return (
    <span className={styles.legend}>
      <span className={styles.entry}>
        <span className={lines.mark} data-event="true" /> event
      </span>
      {KINDS.map(([kind, words]) => (
        <span key={kind} className={styles.entry}>
          <span className={styles.sample}>
            <span className={lines.span} data-kind={kind} />
          </span>
          {words}
        </span>
      ))}
    </span>
  )
}
