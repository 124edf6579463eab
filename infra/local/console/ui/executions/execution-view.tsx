import { useLive } from '../live/use-live.ts'
import { useNow } from '../live/use-now.ts'
import {
  correlationIdOf,
  describeOutcome,
  durationOf,
  Execution,
  messageIn,
  statesIn,
  tellingState,
} from '../model/execution.ts'
import { formatDuration, formatFull } from '../model/format.ts'
import { linkTo, type Route } from '../model/route.ts'
import { Facts } from '../parts/facts.tsx'
import { Json } from '../parts/json.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './execution-view.module.css'
import { History } from './history.tsx'
import { StateGraph } from './state-graph.tsx'
import { StateView } from './state-view.tsx'

const EXECUTION = { topics: ['executions'], parse: (json: unknown) => Execution.parse(json) } as const

interface ExecutionViewProps {
  readonly arn: string
  /** `state` names the one that is chosen. */
  readonly query: Route['query']
}

/** One execution as it goes on: its states as a picture, what one of them did, and all that happened. */
export function ExecutionView({ arn, query }: ExecutionViewProps) {
  const { data: execution, failed, problem, retry } = useLive(`executions/${encodeURIComponent(arn)}`, EXECUTION)
  const isRunning = execution?.status === 'RUNNING'
  const now = useNow(isRunning)
  if (failed && problem !== undefined) return <Empty title={problem} />
  if (!execution) return failed ? <Failed what="execution" retry={retry} /> : <Loading what="the execution" />
  const { outline, visits, input, output } = execution
  const chosen = query.state ?? tellingState(execution)
  const state = statesIn(outline).find(({ name }) => name === chosen)
  return (
    <>
      <Summary execution={execution} now={now} />
      <section aria-labelledby="states">
        <h2 id="states">States</h2>
        <StateGraph
          execution={execution}
          chosen={chosen}
          now={now}
          linkOf={(name) => linkTo('executions', arn, { ...query, state: name })}
        />
      </section>
      {state && (
        <StateView
          key={state.name}
          state={state}
          visits={visits.filter((visit) => visit.state === state.name)}
          correlationId={correlationIdOf(execution)}
          now={now}
        />
      )}
      <section aria-labelledby="whole">
        <h2 id="whole">The execution as a whole</h2>
        <div className={styles.sides}>
          <Value title="Input" value={input} />
          {output !== undefined && <Value title="Output" value={output} />}
        </div>
      </section>
      <History execution={execution} />
    </>
  )
}

function Summary({ execution, now }: { readonly execution: Execution; readonly now: number }) {
  const { name, stateMachine, status, lastState, startedAt, error, cause } = execution
  const { label, tone } = describeOutcome(execution)
  const correlationId = correlationIdOf(execution)
  return (
    <div className={styles.summary}>
      <p className={styles.links}>
        <span aria-live="polite">
          <Tag tone={tone}>{label}</Tag>
        </span>
        {correlationId !== undefined && <a href={linkTo('chains', correlationId)}>Its chain of events</a>}
        <a href={linkTo('events', undefined, { search: name })}>Events with this name in them</a>
      </p>
      <Facts
        facts={[
          { term: 'Machine', value: stateMachine },
          { term: 'Started', value: formatFull(startedAt) },
          ...(lastState === undefined ? [] : [{ term: status === 'RUNNING' ? 'Is in' : 'Ended in', value: lastState }]),
          { term: 'Took', value: formatDuration(durationOf(execution, now)) },
          ...(error === undefined ? [] : [{ term: 'Error', value: <b>{error}</b> }]),
          ...(cause === undefined ? [] : [{ term: 'Cause', value: messageIn(cause) }]),
        ]}
      />
    </div>
  )
}

const Value = ({ title, value }: { readonly title: string; readonly value: unknown }) => (
  <details>
    <summary>{title}</summary>
    <Json value={value} what={`the ${title.toLowerCase()}`} />
  </details>
)
