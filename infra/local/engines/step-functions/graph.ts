import type { Execution, HistoryEvent, Store } from './store.ts'

/** One visit of a state. Times are epoch milliseconds. */
interface Visit {
  readonly state: string
  readonly type: string
  /** Where in the machine: `` at the top, `/0` in the first branch or iteration. */
  readonly scope: string
  readonly status: 'running' | 'succeeded' | 'caught' | 'failed' | 'aborted'
  readonly enteredAt: number
  readonly exitedAt?: number
  /** JSON texts. */
  readonly input: string
  readonly output?: string
  readonly error?: string
  readonly cause?: string
  /** How often it was tried again. */
  readonly retries: number
}

export interface ExecutionSummary {
  readonly arn: string
  readonly name: string
  readonly stateMachine: string
  readonly status: Execution['status']
  readonly startedAt: number
  readonly stoppedAt?: number
}

export interface ExecutionGraph extends ExecutionSummary {
  /** JSON texts. */
  readonly definition: string
  readonly input: string
  readonly output?: string
  readonly error?: string
  readonly cause?: string
  /** In the order in which states were entered. */
  readonly visits: readonly Visit[]
}

/** What is shown of an execution in a list. */
export function summarize({ arn, name, machineArn, status, startedAt, stoppedAt }: Execution): ExecutionSummary {
  const stateMachine = machineArn.split(':')[6] ?? ''
  return { arn, name, stateMachine, status, startedAt, ...(stoppedAt === undefined ? {} : { stoppedAt }) }
}

/** An execution with every state that it entered, and how each fared. */
export function graphOf(store: Store, execution: Execution): ExecutionGraph {
  const { output, error, cause } = execution
  return {
    ...summarize(execution),
    definition: store.definition(execution.definition),
    input: execution.input,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    visits: visitsOf(store.events(execution.id, 0, Number.MAX_SAFE_INTEGER), execution),
  }
}

interface Tracked {
  readonly visit: Omit<Visit, 'retries'>
  readonly attempts: number
}

/** Within a scope one state follows the other, so an event without a name belongs to the one entered last. */
function visitsOf(events: readonly HistoryEvent[], { status }: Execution): readonly Visit[] {
  const visits: Tracked[] = []
  const current = new Map<string, number>()
  for (const event of events) {
    const { scope } = event
    if (event.type.endsWith('StateEntered')) {
      current.set(scope, visits.length)
      visits.push({ visit: entered(event), attempts: 0 })
      continue
    }
    const index = current.get(scope)
    const tracked = index === undefined ? undefined : visits[index]
    if (index !== undefined && tracked) visits[index] = after(tracked, event)
  }
  return visits.map(({ visit, attempts }) => {
    const retries = Math.max(attempts - 1, 0)
    // Whatever was running when the execution ended, ended with it.
    return visit.status === 'running' && status !== 'RUNNING'
      ? { ...visit, retries, status: 'aborted' }
      : { ...visit, retries }
  })
}

const entered = ({ type, scope, at, details }: HistoryEvent): Tracked['visit'] => ({
  state: String(details.name),
  type: type.slice(0, -'StateEntered'.length),
  scope,
  status: 'running',
  enteredAt: at,
  input: String(details.input),
})

function after({ visit, attempts }: Tracked, { type, at, details }: HistoryEvent): Tracked {
  if (type.endsWith('StateExited')) {
    const status = visit.status === 'failed' ? 'caught' : 'succeeded'
    return { visit: { ...visit, status, exitedAt: at, output: String(details.output) }, attempts }
  }
  if (/(Scheduled|StateStarted)$/.test(type)) return { visit: again(visit), attempts: attempts + 1 }
  if (/StateAborted$/.test(type)) return { visit: { ...visit, status: 'aborted', exitedAt: at }, attempts }
  if (!/(Failed|TimedOut)$/.test(type)) return { visit, attempts }
  const error = details.error === undefined ? {} : { error: String(details.error) }
  const cause = details.cause === undefined ? {} : { cause: String(details.cause) }
  return { visit: { ...visit, ...error, ...cause, status: 'failed', exitedAt: at }, attempts }
}

/** A new attempt: what the one before came to no longer counts. */
function again({ error: _error, cause: _cause, exitedAt: _exitedAt, ...visit }: Tracked['visit']): Tracked['visit'] {
  return { ...visit, status: 'running' }
}
