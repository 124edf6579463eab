import type { Course } from './courses.ts'
import { type Outline, outlineOf } from './outline.ts'
import { readDefinition } from './read-definition.ts'
import type { Execution, Frame, HistoryEvent, Store } from './store.ts'

/** One visit of a state. Times are epoch milliseconds. */
interface Visit {
  readonly state: string
  /** Where in the machine: `` at the top, `/0` in the first branch or iteration. */
  readonly scope: string
  /** `retrying`: an attempt has failed, and the next one is due. */
  readonly status: 'running' | 'retrying' | 'succeeded' | 'caught' | 'failed' | 'aborted'
  readonly enteredAt: number
  readonly exitedAt?: number
  /** When what waits goes on: a Wait, or the next attempt. */
  readonly dueAt?: number
  /** JSON texts. */
  readonly input: string
  readonly output?: string
  /** With what it failed; if that was retried, `attempts` tells. */
  readonly error?: string
  readonly cause?: string
  /** None for a state that does nothing that could be tried again. */
  readonly attempts: readonly Attempt[]
}

interface Attempt {
  readonly startedAt: number
  readonly endedAt?: number
  readonly error?: string
  readonly cause?: string
}

/** One event of the history, as people read it. */
interface HistoryLine extends Pick<HistoryEvent, 'id' | 'at' | 'type' | 'details'> {
  /** The state that it is about; of the execution as a whole none. */
  readonly state?: string
}

export interface ExecutionSummary extends Course {
  readonly arn: string
  readonly name: string
  readonly stateMachine: string
  readonly status: Execution['status']
  readonly startedAt: number
  readonly stoppedAt?: number
}

export interface ExecutionGraph extends ExecutionSummary {
  /** The states that there are, of the definition that it runs. */
  readonly outline: Outline
  /** JSON texts. */
  readonly input: string
  readonly output?: string
  readonly error?: string
  readonly cause?: string
  /** In the order in which states were entered. */
  readonly visits: readonly Visit[]
  readonly history: readonly HistoryLine[]
}

/** What is shown of an execution in a list. */
export function summarize(
  { arn, name, machineArn, status, startedAt, stoppedAt }: Execution,
  course: Course,
): ExecutionSummary {
  const stateMachine = machineArn.split(':')[6] ?? ''
  return { arn, name, stateMachine, status, startedAt, ...(stoppedAt === undefined ? {} : { stoppedAt }), ...course }
}

/** An execution with every state that it entered, and how each fared. */
export function graphOf(store: Store, execution: Execution, course: Course): ExecutionGraph {
  const { output, error, cause } = execution
  const events = store.events(execution.id, 0, Number.MAX_SAFE_INTEGER)
  return {
    ...summarize(execution, course),
    outline: outlineOf(readDefinition(store.definition(execution.definition))),
    input: execution.input,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...read(events, execution.status === 'RUNNING' ? store.frames(execution.id) : undefined),
  }
}

/**
 * Within a scope one state follows the other, so an event without a name belongs to the one entered last. `frames`: where
 * an execution that still runs stands.
 */
function read(events: readonly HistoryEvent[], frames: readonly Frame[] | undefined) {
  const visits: Visit[] = []
  const current = new Map<string, number>()
  const history = events.map((event): HistoryLine => {
    const { id, at, type, details, scope } = event
    if (type.endsWith('StateEntered')) {
      current.set(scope, visits.length)
      visits.push(entered(event))
    }
    const index = current.get(scope)
    const visit = index === undefined ? undefined : visits[index]
    if (index !== undefined && visit) visits[index] = after(visit, event)
    return { id, at, type, details, ...(visit && !type.startsWith('Execution') ? { state: visit.state } : {}) }
  })
  const last = new Set(current.values())
  return {
    history,
    visits: visits.map((visit, index) => {
      const frame = last.has(index)
        ? frames?.find(({ scope, outcome }) => scope === visit.scope && !outcome)
        : undefined
      return atPresent(visit, frame, frames !== undefined)
    }),
  }
}

const entered = ({ scope, at, details }: HistoryEvent): Visit => ({
  state: String(details.name),
  scope,
  status: 'running',
  enteredAt: at,
  input: String(details.input),
  attempts: [],
})

function after(visit: Visit, { type, at, details }: HistoryEvent): Visit {
  if (/^(MapIteration|Execution(?!Failed))/.test(type)) return visit
  if (type.endsWith('StateExited')) {
    const status = visit.status === 'failed' ? 'caught' : 'succeeded'
    return { ...visit, status, exitedAt: at, output: String(details.output) }
  }
  if (/(Scheduled|StateStarted)$/.test(type)) return again(visit, at)
  if (type.endsWith('StateAborted')) return { ...visit, status: 'aborted', exitedAt: at }
  if (type.endsWith('Succeeded')) return { ...visit, attempts: ended(visit.attempts, { endedAt: at }) }
  if (!/(Failed|TimedOut)$/.test(type)) return visit
  const failure = {
    ...(details.error === undefined ? {} : { error: String(details.error) }),
    ...(details.cause === undefined ? {} : { cause: String(details.cause) }),
  }
  // A Fail state says what its execution then fails with, and nothing itself.
  if (type === 'ExecutionFailed')
    return visit.status === 'running' ? { ...visit, ...failure, status: 'failed', exitedAt: at } : visit
  return {
    ...visit,
    ...failure,
    status: 'failed',
    exitedAt: at,
    attempts: ended(visit.attempts, { ...failure, endedAt: at }),
  }
}

/** A new attempt: what the one before came to is the state's no longer. */
function again({ error: _error, cause: _cause, exitedAt: _exitedAt, ...visit }: Visit, startedAt: number): Visit {
  return { ...visit, status: 'running', attempts: [...visit.attempts, { startedAt }] }
}

const ended = (attempts: readonly Attempt[], end: Omit<Attempt, 'startedAt'>): readonly Attempt[] =>
  attempts.map((attempt, index) => (index === attempts.length - 1 ? { ...attempt, ...end } : attempt))

function atPresent(visit: Visit, frame: Frame | undefined, isRunning: boolean): Visit {
  // Whatever was running when the execution ended, ended with it.
  if (!isRunning) return visit.status === 'running' ? { ...visit, status: 'aborted' } : visit
  const due = frame?.memo.dueAt === undefined ? {} : { dueAt: frame.memo.dueAt }
  if (!frame || visit.status !== 'failed') return { ...visit, ...due }
  const { exitedAt: _, ...waiting } = visit
  return { ...waiting, ...due, status: 'retrying' }
}
