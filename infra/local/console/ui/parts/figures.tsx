import type { ReactNode } from 'react'
import styles from './figures.module.css'

interface Figure {
  readonly term: string
  readonly value: ReactNode
  /** A figure that asks for attention. */
  readonly tone?: 'warning' | 'bad' | undefined
  /** What exactly is counted. */
  readonly title?: string
}

/** Numbers side by side, each with its name. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ term, value, tone, title }) => (
        <div key={term} data-tone={tone} title={title}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
