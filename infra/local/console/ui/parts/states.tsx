import { Button, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { useConnection } from '../live/connection.ts'
import styles from './states.module.css'

/** Where there would be something to see: says why there is nothing, and what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.state}>
      <h2>{title}</h2>
      {children}
    </div>
  )
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className={styles.state} role="status">
      <Loader size="sm" type="dots" />
      <p>Loading {what} …</p>
    </div>
  )
}

/** Nothing could be fetched yet. While the connection is lost it comes back by itself. */
export function Failed({ what, retry }: { readonly what: string; readonly retry: () => void }) {
  const lost = useConnection() === 'lost'
  return (
    <div className={styles.state} role="alert">
      <h2>{lost ? 'The local cloud does not answer' : `The ${what} could not be loaded`}</h2>
      <p>{lost ? 'Trying again every second. Is it running?' : 'Its terminal may say more.'}</p>
      {!lost && (
        <Button variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}
