import { Button } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { useRef, useState } from 'react'
import { useEvents } from '../live/sources.ts'
import { go } from '../live/use-route.ts'
import { counted, formatCount } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import type { PageProps } from '../page.ts'
import { Icon } from '../parts/icon.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { EventDetail } from './event-detail.tsx'
import { EventList } from './event-list.tsx'
import styles from './events-page.module.css'
import { NoEvents } from './no-events.tsx'
import { Search } from './search.tsx'
import { useHeld } from './use-held.ts'

const PAGE = 200

/** Every event, newest first, and the chosen one beside (on a narrow screen: over) the list. */
export function EventsPage({ id, query: { search = '' }, status }: PageProps) {
  const [limit, setLimit] = useState(PAGE)
  const { data, failed, retry } = useEvents({ ...(search ? { search } : {}), limit })
  const { shown, newer, onScroll, release } = useHeld(data ?? NONE)
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useMediaQuery('(max-width: 60rem)', false, { getInitialValueInEffect: false })
  const covered = narrow && id !== undefined

  const close = () => {
    if (id === undefined) return
    go(linkTo('events', undefined, { search }))
    // The list is not covered any more when the next frame is drawn.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus())
  }
  useHotkeys([['Escape', close]])

  const toTop = () => {
    release()
    scroller.current?.scrollTo({ top: 0 })
  }

  const older = (data?.length ?? 0) >= limit
  return (
    <div className={styles.page}>
      <section className={styles.list} aria-label="Events" inert={covered}>
        <Search
          search={search}
          found={search && data ? `${formatCount(data.length)}${older ? '+' : ''} found` : ''}
          onChange={() => {
            setLimit(PAGE)
            toTop()
          }}
        />
        <div className={styles.scroller} ref={scroller} onScroll={onScroll}>
          {shown.length > 0 ? (
            <EventList events={shown} selected={id} search={search} />
          ) : failed ? (
            <Failed what="events" retry={retry} />
          ) : data ? (
            <NoEvents search={search} status={status} />
          ) : (
            <Loading what="events" />
          )}
          {shown.length > 0 && (
            <p className={styles.end}>
              {older ? (
                <Button variant="default" size="xs" onClick={() => setLimit((data?.length ?? 0) + PAGE)}>
                  Load more
                </Button>
              ) : (
                `${counted(shown.length, 'event')}. No more to show.`
              )}
            </p>
          )}
        </div>
        {newer > 0 && (
          <Button className={styles.newer ?? ''} size="xs" radius="xl" onClick={toTop} leftSection={<Icon name="up" />}>
            {newer >= limit ? `${formatCount(newer)}+ new events` : counted(newer, 'new event')}
          </Button>
        )}
      </section>
      {id !== undefined && (
        <EventDetail key={id} id={id} known={shown.find((event) => event.id === id)} onClose={close} narrow={narrow} />
      )}
    </div>
  )
}

const NONE: readonly never[] = []
