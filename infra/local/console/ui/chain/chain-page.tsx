import { Fragment } from 'react'
import { useChain, useRelated } from '../live/sources.ts'
import { type RelatedChain, storyOf } from '../model/chain.ts'
import { formatClock, formatCount, formatDay, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import styles from './chain-page.module.css'
import { ChainSection } from './chain-section.tsx'
import { Legend } from './legend.tsx'

/** What the request with this correlation id caused, as it happens, among the chains that tell the same story. */
export function ChainPage({ correlationId }: { readonly correlationId: string }) {
  const { data, failed, retry } = useChain(correlationId)
  const { data: shared = [] } = useRelated(correlationId)
  const { chains, others } = storyOf(shared)
  const startedAt = Math.min(...(data ?? []).map(({ receivedAt }) => receivedAt))
  const earlier = chains.filter(({ at }) => at < startedAt)
  const later = chains.filter(({ at }) => at >= startedAt)
  return (
    <div className={styles.page}>
      <p className={styles.head}>
        <a href={linkTo('chains')}>
          <Icon name="back" size={14} /> All chains
        </a>
        <Legend />
      </p>
      {data && data.length > 0 ? (
        <>
          {earlier.map((chain) => (
            <RelatedSection key={chain.correlationId} chain={chain} isBefore />
          ))}
          <ChainSection correlationId={correlationId} events={data} isMain={chains.length > 0} />
          {later.map((chain) => (
            <RelatedSection key={chain.correlationId} chain={chain} isBefore={false} />
          ))}
          {others.map(({ key, value, chains: many, more }) => (
            <details key={key} className={styles.others}>
              <summary>
                {formatCount(many.length)}
                {more && ' or more'} other chains are about the same {key} <code>{shortId(value)}</code>
              </summary>
              <p>
                {many.map((chain) => (
                  <Fragment key={chain.correlationId}>
                    <a href={linkTo('chains', chain.correlationId)}>
                      {chain.name} {formatDay(chain.at, Date.now())} {formatClock(chain.at)}
                    </a>{' '}
                  </Fragment>
                ))}
              </p>
            </details>
          ))}
        </>
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

interface RelatedSectionProps {
  readonly chain: RelatedChain
  /** It stands above the one that was asked for. */
  readonly isBefore: boolean
}

function RelatedSection({ chain: { correlationId, key, value }, isBefore }: RelatedSectionProps) {
  const { data } = useChain(correlationId)
  if (!data || data.length === 0) return null
  const bond = (
    <p className={styles.bond}>
      <Icon name="link" size={14} /> the same {key} <code title={value}>{shortId(value)}</code>
    </p>
  )
  return (
    <>
      {!isBefore && bond}
      <ChainSection correlationId={correlationId} events={data} isMain={false} />
      {isBefore && bond}
    </>
  )
}
