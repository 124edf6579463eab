import { Button } from '@mantine/core'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { type Consumer, describeFault } from '../model/consumer.ts'
import { formatAge, formatCount, formatDuration } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { EventName } from '../parts/event-name.tsx'
import { FailMenu } from '../parts/fail-menu.tsx'
import { Figures } from '../parts/figures.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './consumer-card.module.css'

interface ConsumerCardProps {
  readonly consumer: Consumer
  readonly onChanged: () => void
}

export function ConsumerCard({ consumer, onChanged }: ConsumerCardProps) {
  const { name, reader, fault, function: functionName } = consumer
  const { run, busy, problem } = useAction()
  const change = (path: string, body: object) => run(() => post(path, body).then(onChanged))
  const isPaused = reader?.state === 'Disabled' || reader?.state === 'Disabling'
  return (
    <li className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <h2>{name}</h2>
        <span className={styles.tags} aria-live="polite">
          {reader?.state === 'Disabled' && <Tag tone="warning">paused</Tag>}
          {reader?.state === 'Disabling' && <Tag tone="warning">pausing …</Tag>}
          {!consumer.isEnabled && <Tag tone="warning">rule disabled</Tag>}
          {fault && <Tag tone="bad">{describeFault(fault)}</Tag>}
        </span>
        <span className={styles.actions}>
          {functionName !== undefined && (
            <FailMenu
              of={name}
              fault={fault}
              disabled={busy}
              onPlan={(plan) => change(`functions/${encodeURIComponent(functionName)}/fault`, plan)}
            />
          )}
          {reader && (
            <Button
              variant={isPaused ? 'filled' : 'default'}
              size="xs"
              disabled={busy}
              aria-label={`${isPaused ? 'Resume' : 'Pause'} ${name}`}
              onClick={() => change(`event-sources/${encodeURIComponent(reader.id)}`, { enabled: isPaused })}
            >
              {isPaused ? 'Resume' : 'Pause'}
            </Button>
          )}
        </span>
      </header>
      <Takes consumer={consumer} />
      <Figures figures={figuresOf(consumer)} />
      <Problem text={problem} />
    </li>
  )
}

function Takes({ consumer: { events, pattern, source, function: functionName } }: { readonly consumer: Consumer }) {
  return (
    <p className={styles.takes}>
      {events.map((event) => (
        <a key={event} href={linkTo('events', undefined, { search: event })}>
          <EventName name={event} />
        </a>
      ))}
      {events.length === 0 && pattern !== undefined && <code>{pattern}</code>}
      <span>{source}</span>
      {functionName !== undefined && <a href={linkTo('functions', functionName)}>its function and log</a>}
    </p>
  )
}

function figuresOf({ queue, deadLetters, lately }: Consumer) {
  const waiting = queue && queue.waiting + queue.delayed
  const oldest = queue?.oldestSentAt
  return [
    ...(queue
      ? [
          {
            term: 'Waiting',
            value: formatCount(waiting ?? 0),
            tone: waiting ? ('warning' as const) : undefined,
            title: 'Messages in its queue that nobody has received',
          },
          { term: 'Oldest', value: oldest === undefined ? '–' : formatAge(Date.now() - oldest) },
          {
            term: 'In progress',
            value: formatCount(queue.inProgress),
            title: 'Received and not deleted: being worked on, or hidden until the next attempt',
          },
        ]
      : []),
    {
      term: 'Dead letters',
      value: deadLetters > 0 ? <a href={linkTo('dead-letters')}>{formatCount(deadLetters)}</a> : '0',
      tone: deadLetters > 0 ? ('bad' as const) : undefined,
    },
    ...(lately ? latelyOf(lately) : []),
  ]
}

const LATELY = 'Among the newest 2,000 deliveries of all consumers'

const latelyOf = (lately: NonNullable<Consumer['lately']>) => [
  { term: 'Processed', value: formatCount(lately.processed), title: LATELY },
  { term: 'Duplicate', value: formatCount(lately.duplicate), title: LATELY },
  {
    term: 'Retrying',
    value: formatCount(lately.retrying),
    tone: lately.retrying > 0 ? ('warning' as const) : undefined,
    title: LATELY,
  },
  {
    term: 'Dead',
    value: formatCount(lately.dead),
    tone: lately.dead > 0 ? ('bad' as const) : undefined,
    title: LATELY,
  },
  { term: 'Average', value: lately.averageMs === null ? '–' : formatDuration(lately.averageMs), title: LATELY },
  { term: 'p99', value: lately.p99Ms === null ? '–' : formatDuration(lately.p99Ms), title: LATELY },
]
