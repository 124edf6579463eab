import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Execution, HistoryLine } from '../model/execution.ts'
import { counted, formatClock, formatCount, formatFull, formatOffset } from '../model/format.ts'
import { Json } from '../parts/json.tsx'
import styles from './history.module.css'

const PAGE = 100

/** All that happened, in order, as GetExecutionHistory tells it. */
export function History({ execution: { history, earlier, startedAt } }: { readonly execution: Execution }) {
  const [limit, setLimit] = useState(PAGE)
  return (
    <section aria-labelledby="history">
      <h2 id="history">History: {counted(history.length + earlier, 'event')}</h2>
      {earlier > 0 && (
        <p className={styles.note}>
          The first {formatCount(earlier)} are left out; <code>aws stepfunctions get-execution-history</code> has them.
        </p>
      )}
      <div className={styles.scroller}>
        <table className={styles.history}>
          <thead>
            <tr>
              {['#', 'event', 'state', 'after'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {history.slice(0, limit).map((line) => (
              <Row key={line.id} line={line} startedAt={startedAt} />
            ))}
          </tbody>
        </table>
      </div>
      {history.length > limit && (
        <Button variant="default" size="xs" onClick={() => setLimit(limit + PAGE)}>
          Show more
        </Button>
      )}
    </section>
  )
}

function Row({ line, startedAt }: { readonly line: HistoryLine; readonly startedAt: number }) {
  const { id, type, state, at, details } = line
  const [open, setOpen] = useState(false)
  return (
    <tr>
      <th scope="row">{id}</th>
      <td>
        {Object.keys(details).length === 0 ? (
          type
        ) : (
          <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
            <summary>{type}</summary>
            {open && <Json value={details} what="the details" />}
          </details>
        )}
      </td>
      <td>{state}</td>
      <td title={`${formatClock(at)}, ${formatFull(at)}`}>{formatOffset(at - startedAt)}</td>
    </tr>
  )
}
