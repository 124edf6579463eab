import { Button } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { type DeadLetter, DeadLetterBody } from '../model/dead-letter.ts'
import { counted, formatAge, formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Confirm } from '../parts/confirm.tsx'
import { EventName } from '../parts/event-name.tsx'
import { Json } from '../parts/json.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import styles from './letter.module.css'

const BODY = { topics: [], parse: (json: unknown) => DeadLetterBody.parse(json) } as const

interface LetterProps {
  /** The queue's name. */
  readonly queue: string
  readonly letter: DeadLetter
  readonly disabled: boolean
  readonly onRedrive: () => void
  readonly onDrop: () => void
}

/** One message; opened, all that is in it. */
export function Letter({ queue, letter, disabled, onRedrive, onDrop }: LetterProps) {
  const { messageId, sentAt, event, eventId, correlationId, attempts, redriveTo } = letter
  const [open, setOpen] = useState(false)
  return (
    <li className={styles.letter}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <b>
            <EventName name={event} />
          </b>
          <span className={styles.facts}>
            {attempts !== undefined && <span>{counted(attempts, 'attempt')}</span>}
            <time dateTime={new Date(sentAt).toISOString()} title={formatFull(sentAt)}>
              {formatAge(Date.now() - sentAt)} ago
            </time>
          </span>
        </summary>
        {open && <Body queue={queue} messageId={messageId} />}
      </details>
      <p className={styles.actions}>
        {eventId !== undefined && <a href={linkTo('events', eventId)}>Event</a>}
        {correlationId !== undefined && <a href={linkTo('chains', correlationId)}>Chain</a>}
        <span className={styles.buttons}>
          {redriveTo !== undefined && (
            <Button
              variant="default"
              size="compact-xs"
              disabled={disabled}
              title={`Send it to ${redriveTo} again`}
              onClick={onRedrive}
            >
              Redrive
            </Button>
          )}
          <Confirm label="Drop" question="Drop it for good?" size="compact-xs" disabled={disabled} onConfirm={onDrop} />
        </span>
      </p>
    </li>
  )
}

function Body({ queue, messageId }: { readonly queue: string; readonly messageId: string }) {
  const { data, failed, retry } = useLive(
    `dead-letters/${encodeURIComponent(queue)}/${encodeURIComponent(messageId)}`,
    BODY,
  )
  if (data) return <Json value={data.body} what="the message" />
  return failed ? <Failed what="message" retry={retry} /> : <Loading what="the message" />
}
