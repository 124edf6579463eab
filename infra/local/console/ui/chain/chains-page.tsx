import { Button, TextInput } from '@mantine/core'
import { type SubmitEvent, useMemo, useState } from 'react'
import { useNewest } from '../live/sources.ts'
import { go } from '../live/use-route.ts'
import { type ChainSummary, groupByChain } from '../model/chain.ts'
import { gravest, occurredAt } from '../model/event.ts'
import { counted, formatClock, formatDay, formatFull, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import type { PageProps } from '../page.ts'
import { OutcomeBadge } from '../parts/outcome.tsx'
import { moveThroughRows } from '../parts/roving.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { ChainPage } from './chain-page.tsx'
import styles from './chains-page.module.css'

const NEWEST = 500

/** One chain, or else the latest and a way to any other. */
export const ChainsPage = ({ id }: PageProps) =>
  id === undefined ? <Chains /> : <ChainPage key={id} correlationId={id} />

function Chains() {
  const { data, failed, retry } = useNewest(NEWEST)
  const chains = useMemo(() => groupByChain(data ?? []), [data])
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1>What one request caused</h1>
        <OpenChain />
        {chains.length > 0 ? (
          <ol className={styles.chains} onKeyDown={moveThroughRows}>
            {chains.map((chain, index) => (
              <ChainRow key={chain.correlationId} chain={chain} reachable={index === 0} />
            ))}
          </ol>
        ) : failed ? (
          <Failed what="chains" retry={retry} />
        ) : data ? (
          <Empty title="No chains yet">
            <p>
              Events that carry <code>detail.metadata.correlationId</code> are shown together here.
            </p>
          </Empty>
        ) : (
          <Loading what="chains" />
        )}
      </div>
    </div>
  )
}

function OpenChain() {
  const [text, setText] = useState('')
  const open = (submit: SubmitEvent) => {
    submit.preventDefault()
    if (text.trim()) go(linkTo('chains', text.trim()))
  }
  return (
    <form className={styles.open} onSubmit={open}>
      <TextInput
        className={styles.input ?? ''}
        aria-label="Correlation id"
        placeholder="Correlation id (x-correlation-id)"
        value={text}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Button type="submit" disabled={!text.trim()}>
        Show
      </Button>
    </form>
  )
}

function ChainRow({ chain, reachable }: { readonly chain: ChainSummary; readonly reachable: boolean }) {
  const { correlationId, events } = chain
  const first = events.at(-1)
  const outcome = gravest(events)
  if (!first) return null
  const at = occurredAt(first)
  return (
    <li>
      <a
        className={styles.chain}
        href={linkTo('chains', correlationId)}
        data-row={correlationId}
        tabIndex={reachable ? 0 : -1}
      >
        <b>{first.name}</b>
        {outcome && <OutcomeBadge outcome={outcome} />}
        <span className={styles.facts}>
          <span>{counted(events.length, 'event')}</span>
          <code title={correlationId}>{shortId(correlationId)}</code>
          <time title={formatFull(at)}>
            {formatDay(at, Date.now())} {formatClock(at)}
          </time>
        </span>
      </a>
    </li>
  )
}
