import { formatFull } from '../model/format.ts'
import type { Session } from '../model/user.ts'
import { Tag } from '../parts/tag.tsx'
import styles from './sessions.module.css'

const TONES = { open: 'good', revoked: 'quiet', expired: 'quiet' } as const

/** When somebody signed in, with which client, and whether that still holds. */
export const Sessions = ({ sessions }: { readonly sessions: readonly Session[] }) => (
  <ul className={styles.sessions}>
    {sessions.map(({ id, signedInAt, clientName, expiresAt, state }) => (
      <li key={id}>
        <Tag tone={TONES[state]}>{state}</Tag>
        <span>{formatFull(signedInAt)}</span>
        <span className={styles.more}>
          with {clientName}, until {formatFull(expiresAt)}
        </span>
      </li>
    ))}
  </ul>
)
