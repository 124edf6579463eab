import { Button } from '@mantine/core'
import { useId } from 'react'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { byReason, type DeadLetterQueue, describeFeeds } from '../model/dead-letter.ts'
import { counted, formatClock, formatCount, formatDay } from '../model/format.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import { Letter } from './letter.tsx'
import styles from './queue-section.module.css'

interface QueueSectionProps {
  readonly queue: DeadLetterQueue
  readonly onChanged: () => void
}

/** One dead-letter queue: each reason with its messages. What is done to all is done to those that were seen. */
export function QueueSection({ queue, onChanged }: QueueSectionProps) {
  const { name, count, letters } = queue
  const heading = useId()
  const { run, busy, problem } = useAction()
  const act = (action: 'redrive' | 'drop', which: object) =>
    run(() => post(`dead-letters/${encodeURIComponent(name)}/${action}`, which).then(onChanged))
  const seen = { until: queue.until }
  const canRedrive = letters.some(({ redriveTo }) => redriveTo !== undefined)
  return (
    <section className={styles.queue} aria-labelledby={heading}>
      <header className={styles.head}>
        <h2 id={heading}>{name}</h2>
        <Tag tone="bad">{counted(count, 'message')}</Tag>
        <span className={styles.actions}>
          {canRedrive && (
            <Button size="xs" disabled={busy} onClick={() => act('redrive', seen)}>
              Redrive all
            </Button>
          )}
          <Confirm
            label="Drop all"
            question={`Drop ${counted(count, 'message')} for good?`}
            disabled={busy}
            onConfirm={() => act('drop', seen)}
          />
        </span>
        <p className={styles.feeds}>{describeFeeds(queue)}</p>
      </header>
      <Problem text={problem} />
      {letters.length < count && (
        <p className={styles.feeds}>The oldest {formatCount(letters.length)} are listed; all is done to all of them.</p>
      )}
      {byReason(letters).map(({ why, letters: group, first, last }) => (
        <div key={why} className={styles.reason}>
          <p className={styles.why}>
            <b>{why}</b>
            <span>
              {formatCount(group.length)}× · first <Time at={first} />
              {group.length > 1 && (
                <>
                  {' '}
                  · last <Time at={last} />
                </>
              )}
            </span>
          </p>
          <ul>
            {group.map((letter) => (
              <Letter
                key={letter.messageId}
                queue={name}
                letter={letter}
                disabled={busy}
                onRedrive={() => act('redrive', { messageId: letter.messageId })}
                onDrop={() => act('drop', { messageId: letter.messageId })}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

const Time = ({ at }: { readonly at: number }) => (
  <time dateTime={new Date(at).toISOString()}>
    {formatDay(at, Date.now())} {formatClock(at)}
  </time>
)
