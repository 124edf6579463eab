import { useExecutionsOf } from '../live/sources.ts'
import { useNow } from '../live/use-now.ts'
import { describeOutcome, durationOf } from '../model/execution.ts'
import { formatDuration, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Icon } from '../parts/icon.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './executions.module.css'

/** The workflows that a chain has started, with how they go. Nothing where there is none. */
export function Executions({ correlationId }: { readonly correlationId: string }) {
  const { data = [] } = useExecutionsOf(correlationId)
  const now = useNow(data.some(({ status }) => status === 'RUNNING'))
  if (data.length === 0) return null
  return (
    <ul className={styles.executions} aria-label="Executions">
      {data.map((execution) => {
        const { arn, name, stateMachine, lastState } = execution
        const { label, tone } = describeOutcome(execution)
        return (
          <li key={arn}>
            <Icon name="executions" size={14} />
            <a href={linkTo('executions', arn)} title={name}>
              {stateMachine} {shortId(name)}
            </a>
            <Tag tone={tone}>{label}</Tag>
            {lastState !== undefined && <span>{lastState}</span>}
            <span>{formatDuration(durationOf(execution, now))}</span>
          </li>
        )
      })}
    </ul>
  )
}
