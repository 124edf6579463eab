import * as z from 'zod/mini'

export const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const

const summary = {
  arn: z.string(),
  name: z.string(),
  stateMachine: z.string(),
  status: z.enum(STATUSES),
  /** Milliseconds since the epoch, as all times. */
  startedAt: z.number(),
  stoppedAt: z.optional(z.number()),
  /** Where it is, or where it ended. */
  lastState: z.optional(z.string()),
  /** A state failed, and the machine caught that. */
  caught: z.boolean(),
}
const ExecutionSummary = z.object(summary)
export type ExecutionSummary = z.infer<typeof ExecutionSummary>

export const Executions = z.object({ executions: z.array(ExecutionSummary), more: z.boolean() })

const failure = { error: z.optional(z.string()), cause: z.optional(z.string()) }

const Attempt = z.object({ startedAt: z.number(), endedAt: z.optional(z.number()), ...failure })
export type Attempt = z.infer<typeof Attempt>

const Visit = z.object({
  state: z.string(),
  scope: z.string(),
  status: z.enum(['running', 'retrying', 'succeeded', 'caught', 'failed', 'aborted']),
  enteredAt: z.number(),
  exitedAt: z.optional(z.number()),
  dueAt: z.optional(z.number()),
  input: z.unknown(),
  output: z.optional(z.unknown()),
  ...failure,
  attempts: z.array(Attempt),
})
export type Visit = z.infer<typeof Visit>

const Transition = z.object({
  to: z.string(),
  on: z.enum(['next', 'choice', 'error']),
  errors: z.optional(z.array(z.string())),
})
export type Transition = z.infer<typeof Transition>

export const StateOutline = z.object({
  name: z.string(),
  type: z.string(),
  comment: z.optional(z.string()),
  function: z.optional(z.string()),
  service: z.optional(z.string()),
  next: z.array(Transition),
  get parts() {
    return z.array(Outline)
  },
})
export type StateOutline = z.infer<typeof StateOutline>

/** A state machine: its states, and which follows which. */
export const Outline = z.object({ start: z.string(), states: z.array(StateOutline) })
export type Outline = z.infer<typeof Outline>

const HistoryLine = z.object({
  id: z.number(),
  at: z.number(),
  type: z.string(),
  state: z.optional(z.string()),
  details: z.record(z.string(), z.unknown()),
})
export type HistoryLine = z.infer<typeof HistoryLine>

export const Execution = z.object({
  ...summary,
  ...failure,
  outline: Outline,
  input: z.unknown(),
  output: z.optional(z.unknown()),
  visits: z.array(Visit),
  history: z.array(HistoryLine),
  /** Events of the history that are left out, because there are too many. */
  earlier: z.number(),
})
export type Execution = z.infer<typeof Execution>

const Correlated = z.object({ metadata: z.object({ correlationId: z.string() }) })

/** The chain that an execution belongs to, if an event has started it. */
export function correlationIdOf({ input }: Pick<Execution, 'input'>): string | undefined {
  const { data } = z.union([Correlated, z.object({ detail: Correlated })]).safeParse(input)
  return data && ('detail' in data ? data.detail : data).metadata.correlationId
}

const DESCRIPTIONS = {
  RUNNING: { label: 'running', tone: 'busy' },
  SUCCEEDED: { label: 'succeeded', tone: 'good' },
  FAILED: { label: 'failed', tone: 'bad' },
  TIMED_OUT: { label: 'timed out', tone: 'bad' },
  ABORTED: { label: 'aborted', tone: 'warning' },
} as const satisfies Readonly<Record<ExecutionSummary['status'], object>>

export const describeStatus = (status: ExecutionSummary['status']) => DESCRIPTIONS[status]

/** Its status; one that succeeded only in doing something about a failure is not shown as if nothing had been. */
export const describeOutcome = ({ status, caught }: Pick<ExecutionSummary, 'status' | 'caught'>) =>
  status === 'SUCCEEDED' && caught
    ? ({ label: 'succeeded, failure caught', tone: 'warning' } as const)
    : describeStatus(status)

const VISITS = {
  running: { label: 'running', tone: 'busy', icon: 'waiting' },
  retrying: { label: 'retrying', tone: 'warning', icon: 'again' },
  succeeded: { label: 'succeeded', tone: 'good', icon: 'check' },
  caught: { label: 'failed, caught', tone: 'warning', icon: 'dead' },
  failed: { label: 'failed', tone: 'bad', icon: 'dead' },
  aborted: { label: 'aborted', tone: 'quiet', icon: 'stop' },
} as const satisfies Readonly<Record<Visit['status'], object>>

export const describeVisit = (status: Visit['status']) => VISITS[status]

/** How long it has been at it. */
export const durationOf = ({ startedAt, stoppedAt }: ExecutionSummary, now: number): number =>
  Math.max((stoppedAt ?? now) - startedAt, 0)

/** How often it was tried again. */
export const retriesOf = ({ attempts }: Visit): number => Math.max(attempts.length - 1, 0)

/** The state to look at when nobody has chosen one: where it is, else where it went wrong, else where it ended. */
export function tellingState({ status, visits }: Pick<Execution, 'status' | 'visits'>): string | undefined {
  const wrong = status === 'RUNNING' ? undefined : visits.find((visit) => visit.error !== undefined)
  return (wrong ?? visits.at(-1))?.state
}

const Thrown = z.object({ errorMessage: z.string() })

/** What a cause says: of a function's error its message, of anything else all. */
export function messageIn(cause: string | undefined): string | undefined {
  try {
    return Thrown.safeParse(JSON.parse(cause ?? '')).data?.errorMessage ?? cause
  } catch {
    return cause
  }
}

/** All states, those within others too. */
export const statesIn = ({ states }: Outline): readonly StateOutline[] =>
  states.flatMap((state) => [state, ...state.parts.flatMap(statesIn)])

/** In words, where a state leads to: `then Reserve; on OrderClosed to Closed; on any other error to Fail`. */
export function describeTransitions(next: readonly Transition[]): string {
  if (next.length === 0) return 'Here it ends.'
  const ways = next.map(({ to, on, errors = [] }) => {
    if (on === 'next') return `then ${to}`
    if (on === 'choice') return `to ${to} if so chosen`
    const isAny = errors.includes('States.ALL')
    const others = next.some((other) => other.on === 'error' && !other.errors?.includes('States.ALL'))
    return `on ${isAny ? (others ? 'any other error' : 'any error') : errors.join(' or ')} to ${to}`
  })
  const ends = next.some(({ on }) => on !== 'error') ? [] : ['then it ends']
  return [...ends, ...ways].join('; ')
}

/** Which ways between states were gone: `from to`. */
export function waysGone(visits: readonly Visit[]): ReadonlySet<string> {
  const gone = new Set<string>()
  for (const of of Map.groupBy(visits, ({ scope }) => scope).values()) {
    for (const [index, { state }] of of.entries()) {
      const before = of[index - 1]
      if (before) gone.add(`${before.state} ${state}`)
    }
  }
  return gone
}
