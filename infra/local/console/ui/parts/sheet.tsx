import type { ReactNode } from 'react'
import styles from './sheet.module.css'

interface SheetProps {
  readonly title: string
  /** In a line or two: what is seen here. */
  readonly about: ReactNode
  readonly children: ReactNode
}

/** A page that is one column. */
export function Sheet({ title, about, children }: SheetProps) {
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>{title}</h1>
        <p className={styles.about}>{about}</p>
        {children}
      </div>
    </div>
  )
}
