import { describeOutcome, durationOf, type ExecutionSummary } from '../model/execution.ts'
import { formatClock, formatDay, formatDuration, formatFull } from '../model/format.ts'
import { Tag } from '../parts/tag.tsx'
import styles from './execution-row.module.css'

interface ExecutionRowProps {
  readonly execution: ExecutionSummary
  readonly now: number
}

/** Which execution it is and how it goes, in the list. */
export function ExecutionRow({ execution, now }: ExecutionRowProps) {
  const { name, stateMachine, startedAt, status, lastState } = execution
  const { label, tone } = describeOutcome(execution)
  return (
    <>
      <span className={styles.name}>{name}</span>
      <span className={styles.about}>
        <Tag tone={tone}>{label}</Tag>
        {lastState !== undefined && (
          <span>
            {status === 'RUNNING' ? 'in' : 'ended in'} <b>{lastState}</b>
          </span>
        )}
        <span>{stateMachine}</span>
        <time dateTime={new Date(startedAt).toISOString()} title={`Started ${formatFull(startedAt)}`}>
          {formatDay(startedAt, now)} {formatClock(startedAt)}
        </time>
        <span className={styles.duration}>{formatDuration(durationOf(execution, now))}</span>
      </span>
    </>
  )
}
