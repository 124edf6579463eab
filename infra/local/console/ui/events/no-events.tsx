import type { Status } from '../model/status.ts'
import { Copy } from '../parts/copy.tsx'
import { Empty } from '../parts/states.tsx'
import styles from './no-events.module.css'

interface NoEventsProps {
  readonly search: string
  readonly status: Status | undefined
}

export function NoEvents({ search, status }: NoEventsProps) {
  if (search)
    return (
      <Empty title={`No event matches “${search}”`}>
        <p>Every event that is kept was looked through: its name, ids, source and all of its detail, in any case.</p>
      </Empty>
    )
  return (
    <Empty title="No events yet">
      <p>Every event on the local bus shows up here, with what each of its consumers made of it.</p>
      {status && (
        <>
          <p>
            Use <a href={status.siteUrl}>the site</a> (<a href={`${status.siteUrl}/docs/`}>how it works</a>), or call
            PutEvents at <code>{status.endpoint}</code> <Copy text={status.endpoint} what="the endpoint" />
          </p>
          {status.consumers.length > 0 && (
            <>
              <h3>Who is waiting for them</h3>
              <ul className={styles.consumers}>
                {status.consumers.map(({ name, events }) => (
                  <li key={name}>
                    <b>{name}</b> <span>{events}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </Empty>
  )
}
