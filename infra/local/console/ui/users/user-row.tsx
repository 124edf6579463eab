import { counted, formatAge, formatFull } from '../model/format.ts'
import { describeStatus, type ListedUser, nameOf } from '../model/user.ts'
import { Tag } from '../parts/tag.tsx'
import styles from './user-row.module.css'

/** Who somebody is and how it stands with them, in the list. */
export function UserRow({ user }: { readonly user: ListedUser }) {
  const { name, status, enabled, openSessions, createdAt } = user
  const { label, tone } = describeStatus(status)
  return (
    <>
      <span className={styles.address}>{nameOf(user)}</span>
      <span className={styles.about}>
        <Tag tone={tone}>{label}</Tag>
        {!enabled && <Tag tone="bad">disabled</Tag>}
        {name !== undefined && <span>{name}</span>}
        {openSessions > 0 && <span>{counted(openSessions, 'session')}</span>}
        <time dateTime={new Date(createdAt).toISOString()} title={`Created ${formatFull(createdAt)}`}>
          {formatAge(Date.now() - createdAt)} ago
        </time>
      </span>
    </>
  )
}
