import { ActionIcon, SegmentedControl } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { formatFull } from '../model/format.ts'
import type { Mail } from '../model/mail.ts'
import { findLinks, MAIL_SANDBOX, mailDocument } from '../model/mail-document.ts'
import { Icon } from '../parts/icon.tsx'
import styles from './mail-view.module.css'

interface MailViewProps {
  readonly mail: Mail
  readonly narrow: boolean
  readonly onClose: () => void
}

export function MailView({ mail, narrow, onClose }: MailViewProps) {
  const [format, setFormat] = useState(mail.html ? 'html' : 'text')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (narrow) heading.current?.focus()
  }, [narrow])
  return (
    <article className={styles.mail} aria-label="Mail">
      <header className={styles.head}>
        <div className={styles.title}>
          {narrow && (
            <ActionIcon variant="subtle" aria-label="Back to the inbox" title="Back to the inbox" onClick={onClose}>
              <Icon name="back" />
            </ActionIcon>
          )}
          <h2 ref={heading} tabIndex={-1}>
            {mail.subject || '(no subject)'}
          </h2>
          {mail.html && mail.text && (
            <SegmentedControl
              size="xs"
              aria-label="Format"
              value={format}
              onChange={setFormat}
              data={[
                { value: 'html', label: 'HTML' },
                { value: 'text', label: 'Text' },
              ]}
            />
          )}
        </div>
        <dl className={styles.headers}>
          <dt>From</dt>
          <dd>{mail.from}</dd>
          <dt>To</dt>
          <dd>{mail.to}</dd>
          <dt>Date</dt>
          <dd>{formatFull(Date.parse(mail.sentAt))}</dd>
          <dt>Id</dt>
          <dd>
            <code>{mail.id}</code>
          </dd>
        </dl>
      </header>
      {format === 'html' ? (
        <iframe
          className={styles.frame}
          title={`The mail “${mail.subject}”`}
          sandbox={MAIL_SANDBOX}
          srcDoc={mailDocument(mail.html)}
        />
      ) : (
        <PlainText text={mail.text} />
      )}
    </article>
  )
}

function PlainText({ text }: { readonly text: string }) {
  return (
    <pre className={styles.text}>
      {findLinks(text).map(({ text: piece, at, isLink }) =>
        isLink ? (
          <a key={at} href={piece} target="_blank" rel="noreferrer">
            {piece}
          </a>
        ) : (
          piece
        ),
      )}
    </pre>
  )
}
