import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { describeFault } from '../model/consumer.ts'
import { formatCount, formatDuration } from '../model/format.ts'
import type { FunctionState } from '../model/function.ts'
import type { Route } from '../model/route.ts'
import { Facts } from '../parts/facts.tsx'
import { FailMenu } from '../parts/fail-menu.tsx'
import { Figures } from '../parts/figures.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './function-view.module.css'
import { Invoke } from './invoke.tsx'
import { Log } from './log.tsx'

interface FunctionViewProps {
  readonly of: FunctionState
  readonly latelyMinutes: number
  readonly query: Route['query']
  readonly onChanged: () => void
}

/** One function: figures, what can be done to it, its log. */
export function FunctionView({ of, latelyMinutes, query, onChanged }: FunctionViewProps) {
  const { name, fault, lately, alive, running } = of
  const { run, busy, problem } = useAction()
  const lasting = `in the last ${latelyMinutes} minutes, since the start at most`
  return (
    <>
      <div className={styles.about}>
        <div className={styles.actions}>
          <FailMenu
            of={name}
            fault={fault}
            disabled={busy}
            onPlan={(plan) => run(() => post(`functions/${encodeURIComponent(name)}/fault`, plan).then(onChanged))}
          />
          {fault && <Tag tone="bad">{describeFault(fault)}</Tag>}
        </div>
        <Problem text={problem} />
        <Figures
          figures={[
            { term: 'Invocations', value: formatCount(lately.invocations), title: lasting },
            {
              term: 'Errors',
              value: formatCount(lately.errors),
              tone: lately.errors > 0 ? 'bad' : undefined,
              title: lasting,
            },
            {
              term: 'Throttles',
              value: formatCount(lately.throttles),
              tone: lately.throttles > 0 ? 'warning' : undefined,
              title: `Not invoked, because as many ran as may; ${lasting}`,
            },
            { term: 'Average', value: lately.averageMs === undefined ? '–' : formatDuration(lately.averageMs) },
            { term: 'Environments', value: formatCount(alive), title: 'Worker threads that are alive' },
            {
              term: 'Working',
              value:
                of.reservedConcurrency === undefined ? formatCount(running) : `${running} of ${of.reservedConcurrency}`,
              title: 'Environments that work at this moment, and how many may by the reserved concurrency',
            },
            { term: 'Memory', value: `${formatCount(of.memoryMb)} MB` },
            { term: 'Timeout', value: `${formatCount(of.timeoutSeconds)} s` },
          ]}
        />
        <p className={styles.note}>Invocations, errors, throttles and the average: {lasting}.</p>
        <Concurrency of={of} />
      </div>
      <Variables of={of} />
      <Invoke name={name} onInvoked={onChanged} />
      <Log name={name} query={query} />
    </>
  )
}

/** What is set about how many may run, and be kept warm, at a time. */
function Concurrency({ of: { reservedConcurrency: reserved, aliases } }: { readonly of: FunctionState }) {
  const facts = [
    ...(reserved === undefined
      ? []
      : [
          {
            term: 'Reserved',
            value:
              reserved === 0 ? (
                <Tag tone="warning">0: it takes nothing, every invocation is throttled</Tag>
              ) : (
                `${formatCount(reserved)} at a time, further invocations are throttled`
              ),
          },
        ]),
    ...aliases.map(({ name, version, provisionedConcurrency }) => ({
      term: `Alias ${name}`,
      value: `version ${version}, ${
        provisionedConcurrency === 0
          ? 'no provisioned concurrency'
          : `provisioned concurrency ${formatCount(provisionedConcurrency)} (on AWS; here environments start when they are needed)`
      }`,
    })),
  ]
  return facts.length > 0 && <Facts facts={facts} />
}

function Variables({ of: { variables } }: { readonly of: FunctionState }) {
  return (
    <details className={styles.variables}>
      <summary>{variables.length} variables</summary>
      <Facts
        facts={variables.map(({ name, value }) => ({
          term: name,
          value: value === null ? <span className={styles.note}>not shown</span> : <code>{value}</code>,
        }))}
      />
    </details>
  )
}
