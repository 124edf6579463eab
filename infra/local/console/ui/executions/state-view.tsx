import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import {
  type Attempt,
  describeTransitions,
  describeVisit,
  messageIn,
  type StateOutline,
  type Visit,
} from '../model/execution.ts'
import { formatClock, formatDuration, formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Facts } from '../parts/facts.tsx'
import { Json } from '../parts/json.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './state-view.module.css'

interface StateViewProps {
  readonly state: StateOutline
  /** All there were of it. */
  readonly visits: readonly Visit[]
  readonly correlationId: string | undefined
  readonly now: number
}

/** What one state is, and what it did: input, output, error, each attempt. */
export function StateView({ state, visits, correlationId, now }: StateViewProps) {
  // The latest, until another is chosen.
  const [index, setIndex] = useState<number>()
  const visit = visits[index ?? visits.length - 1]
  return (
    <section className={styles.state} aria-label={`State ${state.name}`}>
      <header className={styles.head}>
        <h2>{state.name}</h2>
        {visit && <Tag tone={describeVisit(visit.status).tone}>{describeVisit(visit.status).label}</Tag>}
        {visits.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label="Which time"
            value={index ?? visits.length - 1}
            data={visits.map(({ enteredAt }, at) => ({
              value: String(at),
              label: `${at + 1} of ${visits.length}, ${formatClock(enteredAt)}`,
            }))}
            onChange={({ currentTarget }) => setIndex(Number(currentTarget.value))}
          />
        )}
      </header>
      <Facts facts={[...aboutState(state, correlationId), ...(visit ? aboutVisit(visit, now) : [])]} />
      {visit && visit.attempts.length > 1 && <Attempts visit={visit} now={now} />}
      {visit ? (
        <div className={styles.sides}>
          <Value title="Input" value={visit.input} />
          {visit.output !== undefined && <Value title="Output" value={visit.output} />}
        </div>
      ) : (
        <p className={styles.none}>This execution has not come here.</p>
      )}
    </section>
  )
}

function aboutState({ type, comment, next, service, ...state }: StateOutline, correlationId: string | undefined) {
  return [
    { term: 'Type', value: type },
    ...(comment === undefined ? [] : [{ term: 'Comment', value: comment }]),
    ...(service === undefined ? [] : [{ term: 'Calls', value: <code>{service}</code> }]),
    ...(state.function === undefined
      ? []
      : [
          {
            term: 'Function',
            value: (
              <span className={styles.links}>
                <a href={linkTo('functions', state.function)}>{state.function}</a>
                {correlationId !== undefined && (
                  <a href={linkTo('functions', state.function, { correlationId })}>its log of this</a>
                )}
              </span>
            ),
          },
        ]),
    { term: 'Goes on', value: describeTransitions(next) },
  ]
}

function aboutVisit({ enteredAt, exitedAt, dueAt, status, error, cause }: Visit, now: number) {
  const message = messageIn(cause)
  return [
    { term: 'Entered', value: formatFull(enteredAt) },
    { term: 'Took', value: formatDuration(Math.max((exitedAt ?? now) - enteredAt, 0)) },
    ...(dueAt === undefined || status === 'succeeded'
      ? []
      : [{ term: 'Goes on in', value: formatDuration(Math.max(dueAt - now, 0)) }]),
    ...(error === undefined ? [] : [{ term: 'Error', value: <b className={styles.error}>{error}</b> }]),
    ...(message === undefined ? [] : [{ term: 'Cause', value: message }]),
    ...(cause === undefined || cause === message
      ? []
      : [
          {
            term: '',
            value: (
              <details>
                <summary>All of the cause</summary>
                <pre className={styles.cause}>{cause}</pre>
              </details>
            ),
          },
        ]),
  ]
}

function Attempts({ visit: { attempts, dueAt }, now }: { readonly visit: Visit; readonly now: number }) {
  return (
    <div className={styles.scroller}>
      <table className={styles.attempts}>
        <caption>Attempts</caption>
        <thead>
          <tr>
            {['attempt', 'began', 'took', 'came to', 'then waited'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt, index) => {
            const { startedAt, endedAt } = attempt
            const nextAt = attempts[index + 1]?.startedAt ?? (attempt.error === undefined ? undefined : dueAt)
            return (
              <tr key={startedAt}>
                <th scope="row">{index + 1}</th>
                <td>{formatClock(startedAt)}</td>
                <td>{formatDuration((endedAt ?? now) - startedAt)}</td>
                <td>
                  <Came attempt={attempt} />
                </td>
                <td>{nextAt !== undefined && endedAt !== undefined && formatDuration(nextAt - endedAt)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Came({ attempt: { error, cause, endedAt } }: { readonly attempt: Attempt }) {
  if (error === undefined) return endedAt === undefined ? 'running' : 'succeeded'
  return (
    <>
      <b className={styles.error}>{error}</b> {messageIn(cause)}
    </>
  )
}

const Value = ({ title, value }: { readonly title: string; readonly value: unknown }) => (
  <figure>
    <figcaption>{title}</figcaption>
    <Json value={value} what={`the ${title.toLowerCase()}`} />
  </figure>
)
