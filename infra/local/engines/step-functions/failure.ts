import type { EventDraft } from './store.ts'

/** A state failed, with the error name that Retry and Catch look at. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  readonly error: string | undefined
  override readonly cause: string | undefined
  /** What the history says before what becomes of it. */
  readonly events: readonly EventDraft[]
  /** Other names by which it may be caught. */
  readonly aliases: readonly string[]

  constructor(
    error: string | undefined,
    cause: string | undefined,
    {
      events = [],
      aliases = [],
    }: { readonly events?: readonly EventDraft[]; readonly aliases?: readonly string[] } = {},
  ) {
    super(`${error}: ${cause}`)
    this.error = error
    this.cause = cause
    this.events = events
    this.aliases = aliases
  }
}

/**
 * Something in a definition does not fit the data at hand; no retry makes that right. The interpreter adds which state.
 */
export class RuntimeProblem extends Error {
  override readonly name = 'RuntimeProblem'
  readonly error: string

  constructor(message: string, error = 'States.Runtime') {
    super(message)
    this.error = error
  }
}

const TIMEOUT = 'States.Timeout'
const RUNTIME = 'States.Runtime'

/**
 * Does a retrier or catcher with these error names take the failure?
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export const takes = (errorEquals: readonly string[], { error, aliases }: StateFailure): boolean =>
  errorEquals.some((name) => {
    if (error === RUNTIME) return false
    if (name === error || aliases.includes(name)) return true
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== TIMEOUT)
  })

interface Retrier {
  readonly IntervalSeconds: number
  readonly BackoffRate: number
  readonly MaxDelaySeconds?: number | undefined
  readonly JitterStrategy?: 'FULL' | 'NONE' | undefined
}

/** Milliseconds to wait before the next attempt, after a retrier has been used so many times. */
export function retryDelay(
  { IntervalSeconds, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy }: Retrier,
  retries: number,
  random: () => number = Math.random,
): number {
  const seconds = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds)
  return Math.round(seconds * 1000 * (JitterStrategy === 'FULL' ? random() : 1))
}
