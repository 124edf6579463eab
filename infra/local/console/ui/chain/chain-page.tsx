import { useMemo } from 'react'
import { useEvents } from '../live/sources.ts'
import { buildChain } from '../model/chain.ts'
import type { ConsoleEvent } from '../model/event.ts'
import { counted, formatOffset } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import styles from './chain-page.module.css'
import { ChainPicture } from './chain-picture.tsx'

const MOST = 1000

/** What the request with this correlation id caused, as a picture that grows while it happens. */
export function ChainPage({ correlationId }: { readonly correlationId: string }) {
  const { data, failed, retry } = useEvents({ correlationId, limit: MOST })
  const chain = useMemo(() => (data && data.length > 0 ? buildChain(data) : undefined), [data])
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <a href={linkTo('chains')}>
          <Icon name="back" size={14} /> All chains
        </a>
        <h1>
          <code>{correlationId}</code>
          <Copy text={correlationId} what="the correlation id" />
        </h1>
        {chain && data && <Summary events={data} durationMs={chain.durationMs} />}
      </header>
      {chain ? (
        <ChainPicture chain={chain} />
      ) : failed ? (
        <Failed what="chain" retry={retry} />
      ) : data ? (
        <Empty title="Nothing happened under this correlation id">
          <p>If its request was answered a moment ago, its events show up here by themselves.</p>
        </Empty>
      ) : (
        <Loading what="the chain" />
      )}
    </div>
  )
}

interface SummaryProps {
  readonly events: readonly ConsoleEvent[]
  readonly durationMs: number
}

function Summary({ events, durationMs }: SummaryProps) {
  const deliveries = events.flatMap((event) => event.deliveries)
  const count = (...outcomes: string[]) => deliveries.filter(({ outcome }) => outcomes.includes(outcome)).length
  const open = count('pending', 'retrying')
  const dead = count('dead')
  return (
    <p className={styles.summary}>
      <span>{events.length >= MOST ? `the newest ${counted(MOST, 'event')}` : counted(events.length, 'event')}</span>
      <span>{deliveries.length === 1 ? '1 delivery' : `${deliveries.length} deliveries`}</span>
      <span>{formatOffset(durationMs)} from first to last</span>
      <span aria-live="polite" data-tone={dead > 0 ? 'bad' : open > 0 ? 'busy' : 'good'}>
        {dead > 0 ? counted(dead, 'dead letter') : open > 0 ? `${open} still open` : 'all settled'}
      </span>
    </p>
  )
}
