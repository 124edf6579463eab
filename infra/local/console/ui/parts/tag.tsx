import type { ReactNode } from 'react'
import styles from './tag.module.css'

type Tone = 'quiet' | 'good' | 'busy' | 'warning' | 'bad'

/** A word or two about something. */
export function Tag({ tone = 'quiet', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  )
}
