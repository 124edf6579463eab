import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import icon from './icon.svg'
import { type Connection, useConnection } from './live/connection.ts'
import { formatCount } from './model/format.ts'
import { linkTo } from './model/route.ts'
import type { Status } from './model/status.ts'
import { Icon } from './parts/icon.tsx'
import styles from './top-bar.module.css'

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Connection lost, retrying …',
  resting: 'Paused',
}

interface TopBarProps {
  readonly status: Status | undefined
  /** Of the page that is open. */
  readonly title: string
}

export function TopBar({ status, title }: TopBarProps) {
  return (
    <header className={styles.bar}>
      <a className={styles.brand} href={linkTo('events')}>
        <img src={icon} alt="" width="22" height="22" />
        Ensemble <span className={styles.what}>console</span>
      </a>
      <div className={styles.state}>
        <Settled status={status} title={title} />
        <ConnectionLight />
        {status && (
          <>
            <a className={styles.site} href={`${status.siteUrl}/docs/`} target="_blank" rel="noreferrer">
              Docs <Icon name="outside" size={13} />
            </a>
            <a className={styles.site} href={status.siteUrl} target="_blank" rel="noreferrer">
              Site <Icon name="outside" size={13} />
            </a>
          </>
        )}
        <SchemeSwitch />
      </div>
    </header>
  )
}

/**
 * How many events are under way, or else workflows. Only their coming and going is announced: the number changes too often
 * to be said.
 */
function Settled({ status, title }: TopBarProps) {
  const lost = useConnection() === 'lost'
  const { inFlight = 0, executions = 0 } = status ?? {}
  const open = inFlight || executions
  useEffect(() => {
    document.title = `${open > 0 ? `(${formatCount(open)}) ` : ''}${title} · Ensemble console`
  }, [open, title])
  // What was known before is no longer true for sure.
  if (!status || lost) return null
  return (
    <span className={styles.flight} data-settled={open === 0}>
      <Icon name={open === 0 ? 'check' : 'again'} size={14} />
      <span aria-hidden="true">
        {open === 0 ? 'all settled' : `${formatCount(open)} ${inFlight > 0 ? 'in flight' : 'running'}`}
      </span>
      <span className="said" aria-live="polite">
        {open === 0 ? 'All events are settled' : inFlight > 0 ? 'Events are in flight' : 'Workflows are running'}
      </span>
    </span>
  )
}

function ConnectionLight() {
  const connection = useConnection()
  return (
    <span className={styles.connection} data-connection={connection} role="status" title={CONNECTIONS[connection]}>
      <span className={styles.words}>{CONNECTIONS[connection]}</span>
    </span>
  )
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme()
  const other = useComputedColorScheme('light') === 'light' ? 'dark' : 'light'
  const label = `Switch to ${other} colours`
  return (
    <ActionIcon variant="subtle" aria-label={label} title={label} onClick={() => setColorScheme(other)}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  )
}
