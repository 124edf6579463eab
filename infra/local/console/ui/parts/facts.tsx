import type { ReactNode } from 'react'
import styles from './facts.module.css'

interface Fact {
  readonly term: string
  readonly value: ReactNode
}

/** What is known of something, one thing to a line, each under a name of its own. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
