import { Button } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { type KeyboardEvent, memo, useRef, useState } from 'react'
import { useMails } from '../live/sources.ts'
import { go, goInstead } from '../live/use-route.ts'
import { counted, formatClock, formatDay, formatFull } from '../model/format.ts'
import type { Mail } from '../model/mail.ts'
import { linkTo } from '../model/route.ts'
import type { Status } from '../model/status.ts'
import type { PageProps } from '../page.ts'
import { focusRow, moveThroughRows } from '../parts/roving.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import styles from './inbox-page.module.css'
import { MailView } from './mail-view.tsx'

const PAGE = 100

/**
 * Every mail that the local cloud was asked to send, or those to one address. With room for both, the newest is open until
 * one is chosen.
 */
export function InboxPage({ id, query: { to = '' }, status }: PageProps) {
  const [limit, setLimit] = useState(PAGE)
  const { data: mails, failed, retry } = useMails(limit, to)
  const narrow = useMediaQuery('(max-width: 60rem)', false, { getInitialValueInEffect: false })
  const newest = narrow ? undefined : mails?.[0]
  const open = id === undefined ? newest : mails?.find((mail) => mail.id === id)
  const covered = narrow && id !== undefined
  const list = useRef<HTMLOListElement>(null)
  const close = () => {
    if (id === undefined) return
    go(linkTo('inbox', undefined, { to }))
    focusRow(list.current, id)
  }
  useHotkeys([['Escape', close]])

  if (!mails) return failed ? <Failed what="mails" retry={retry} /> : <Loading what="mails" />
  if (mails.length === 0) return to === '' ? <NoMails status={status} /> : <NoMailsTo address={to} />

  const onKeyDown = (keyboard: KeyboardEvent<HTMLElement>) => {
    const reached = moveThroughRows(keyboard)
    if (reached !== undefined) goInstead(linkTo('inbox', reached, { to }))
  }
  const reachable = open?.id ?? mails[0]?.id
  return (
    <div className={styles.page}>
      <section className={styles.list} aria-label="Mails" inert={covered}>
        <h1 className="said">Mails</h1>
        <p className={to === '' ? 'said' : styles.filter} aria-live="polite">
          <span>
            {counted(mails.length, 'mail')}
            {to !== '' && ` to ${to}`}
          </span>
          {to !== '' && <a href={linkTo('inbox')}>All mails</a>}
        </p>
        <ol ref={list} onKeyDown={onKeyDown}>
          {mails.map((mail) => (
            <MailRow key={mail.id} mail={mail} to={to} selected={mail === open} reachable={mail.id === reachable} />
          ))}
        </ol>
        {mails.length >= limit && (
          <p className={styles.end}>
            <Button variant="default" size="xs" onClick={() => setLimit(limit + PAGE)}>
              Load more
            </Button>
          </p>
        )}
      </section>
      {open ? (
        <MailView key={open.id} mail={open} narrow={narrow} onClose={close} />
      ) : (
        id !== undefined && (
          <section className={styles.missing}>
            <Empty title="This mail is not among the newest">
              <a href={linkTo('inbox', undefined, { to })}>To the inbox</a>
            </Empty>
          </section>
        )
      )}
    </div>
  )
}

interface MailRowProps {
  readonly mail: Mail
  /** Whose mails are listed. */
  readonly to: string
  readonly selected: boolean
  readonly reachable: boolean
}

const MailRow = memo(function MailRow({ mail, to, selected, reachable }: MailRowProps) {
  const at = Date.parse(mail.sentAt)
  return (
    <li className={styles.row} data-selected={selected}>
      <a
        href={linkTo('inbox', mail.id, { to })}
        data-row={mail.id}
        tabIndex={reachable ? 0 : -1}
        aria-current={selected ? 'true' : undefined}
      >
        <span className={styles.to}>{mail.to}</span>
        <time title={formatFull(at)}>
          {formatDay(at, Date.now())} {formatClock(at)}
        </time>
        <b className={styles.subject}>{mail.subject || '(no subject)'}</b>
      </a>
    </li>
  )
})

const NoMailsTo = ({ address }: { readonly address: string }) => (
  <Empty title={`No mails to ${address}`}>
    <a href={linkTo('inbox')}>All mails</a>
  </Empty>
)

function NoMails({ status }: { readonly status: Status | undefined }) {
  return (
    <Empty title="No mails yet">
      <p>
        Nothing leaves this machine: whatever is sent through SES lands here, with its links working
        {status && (
          <>
            . Register on <a href={status.siteUrl}>the site</a> and the mail to verify the address shows up
          </>
        )}
        .
      </p>
    </Empty>
  )
}
