import { Button } from '@mantine/core'
import styles from './items.module.css'

interface PagesProps {
  readonly isFirst: boolean
  /** Where the next page begins, if there is one. */
  readonly next: string | undefined
  readonly onFirst: () => void
  readonly onNext: (next: string) => void
}

/** The ways from one page of a list to others. */
export const Pages = ({ isFirst, next, onFirst, onNext }: PagesProps) => (
  <p className={styles.pages}>
    {!isFirst && (
      <Button size="xs" variant="default" onClick={onFirst}>
        First page
      </Button>
    )}
    {next !== undefined && (
      <Button size="xs" variant="default" onClick={() => onNext(next)}>
        Next page
      </Button>
    )}
  </p>
)
