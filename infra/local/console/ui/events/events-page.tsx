import { Button } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { useRef } from 'react'
import { useLog } from '../live/use-log.ts'
import { go } from '../live/use-route.ts'
import { counted, formatCount } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import type { PageProps } from '../page.ts'
import { Icon } from '../parts/icon.tsx'
import { focusRow } from '../parts/roving.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { EventDetail } from './event-detail.tsx'
import { EventList } from './event-list.tsx'
import styles from './events-page.module.css'
import { NoEvents } from './no-events.tsx'
import { Search } from './search.tsx'
import { useHeld } from './use-held.ts'

/** Every event, newest first, and the chosen one beside (on a narrow screen: over) the list. */
export function EventsPage({ id, query: { search = '' }, status }: PageProps) {
  const { log, looking, failed, more, retry } = useLog(search)
  const { shown, newer, onScroll, release } = useHeld(log?.events ?? NONE)
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useMediaQuery('(max-width: 60rem)', false, { getInitialValueInEffect: false })
  const covered = narrow && id !== undefined
  const isAll = log !== undefined && log.next === undefined

  const close = () => {
    if (id === undefined) return
    go(linkTo('events', undefined, { search }))
    focusRow(scroller.current, id)
  }
  useHotkeys([['Escape', close]])

  const toTop = () => {
    release()
    scroller.current?.scrollTo({ top: 0 })
  }

  return (
    <div className={styles.page}>
      <section className={styles.list} aria-label="Events" inert={covered}>
        <h1 className="said">Events</h1>
        <Search search={search} found={foundIn(search, log?.events.length, isAll)} onChange={toTop} />
        <div className={styles.scroller} ref={scroller} onScroll={onScroll}>
          {shown.length > 0 ? (
            <EventList events={shown} selected={id} search={search} scroller={scroller} onEnd={more} />
          ) : failed ? (
            <Failed what="events" retry={retry} />
          ) : looking ? (
            <Loading what="events" />
          ) : (
            <NoEvents search={search} status={status} />
          )}
          {shown.length > 0 && (
            <p className={styles.end}>
              {isAll ? `${counted(shown.length, 'event')}. No more to show.` : looking ? 'Looking further back …' : ''}
            </p>
          )}
        </div>
        {newer > 0 && (
          <Button className={styles.newer ?? ''} size="xs" radius="xl" onClick={toTop} leftSection={<Icon name="up" />}>
            {counted(newer, 'new event')}
          </Button>
        )}
      </section>
      {id !== undefined && (
        <EventDetail key={id} id={id} known={shown.find((event) => event.id === id)} onClose={close} narrow={narrow} />
      )}
    </div>
  )
}

const foundIn = (search: string, count: number | undefined, isAll: boolean): string =>
  search === '' || count === undefined ? '' : `${formatCount(count)}${isAll ? '' : '+'} found`

const NONE: readonly never[] = []
