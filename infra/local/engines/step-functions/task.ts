import { randomBytes } from 'node:crypto'
import type { TaskState } from './definition.ts'
import { RuntimeProblem, StateFailure } from './failure.ts'
import { type Json, type JsonObject, parseJson } from './json.ts'
import { type Roots, valueAt } from './path.ts'
import { FUNCTION, type Resource, readResource } from './resource.ts'
import { commit, frameOf, isTooLarge, type Level, type Run, record, rootsOf, tooLarge, update } from './run.ts'
import type { EventDraft, Execution, Frame, Memo, Outcome } from './store.ts'
import { fill } from './template.ts'
import { within } from './waiting.ts'

/** Calls a service. Rejects with a `StateFailure` if that fails. */
export type CallService = (
  resource: Resource,
  parameters: Json,
  execution: Pick<Execution, 'arn' | 'name' | 'machineArn' | 'roleArn' | 'trace'>,
) => Promise<Json>

/** Waits until a token was sent back; undefined if not by that time (epoch milliseconds). */
type AwaitToken = (token: string, until: number, signal: AbortSignal) => Promise<Outcome | undefined>

export interface TaskDependencies {
  readonly region: string
  readonly call: CallService
  readonly awaitToken: AwaitToken
}

const TOKEN_BYTES = 48

/**
 * Does a task; answers its result, and what the history says of it. A task that was running when the process died is
 * called again with the same parameters and the same token, and the history does not show it.
 */
export async function runTask(
  run: Run,
  level: Level,
  state: TaskState,
  effective: Json,
  dependencies: TaskDependencies,
): Promise<{ readonly result: Json; readonly events: readonly EventDraft[] }> {
  const resource = readResource(state.Resource)
  if (!resource) throw new RuntimeProblem(`The resource ${state.Resource} is not supported.`)
  const { frame, timeoutSeconds } = schedule(run, level, state, resource, effective, dependencies.region)
  const { parameters = null, token } = frame.memo
  const deadline = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : run.now() + timeoutSeconds * 1000
  const say = sayer(resource)
  const late = (aliases: readonly string[] = []) =>
    new StateFailure('States.Timeout', undefined, { events: [say('TimedOut', { error: 'States.Timeout' })], aliases })
  const call = async (): Promise<Json> => {
    try {
      return await dependencies.call(resource, parameters, run.execution)
    } catch (error) {
      throw error instanceof StateFailure ? withEvent(error, say) : error
    }
  }

  if (token === undefined) {
    const result = await within(call(), { seconds: timeoutSeconds, signal: level.signal, late })
    return succeed(result, resource, say)
  }
  if (!frame.memo.submitted) {
    const answer = await within(call(), { seconds: timeoutSeconds, signal: level.signal, late })
    submitted(run, level, say('Submitted', outputOf(answer)))
  }
  const outcome = await tokenOf(run, level, token, { deadline, late, awaitToken: dependencies.awaitToken })
  if (outcome.output === undefined) throw withEvent(new StateFailure(outcome.error, outcome.cause), say)
  return succeed(parseJson(outcome.output), resource, say)
}

/** Writes down with what the task is called, unless that was done before the process died. */
function schedule(run: Run, level: Level, state: TaskState, resource: Resource, effective: Json, region: string) {
  const before = frameOf(run, level)
  const token = before.memo.token ?? (resource.waitsForToken ? newToken() : undefined)
  const roots = rootsOf(run, level, before, effective, token)
  const timeoutSeconds = secondsOf('TimeoutSecondsPath', state.TimeoutSeconds, state.TimeoutSecondsPath, roots)
  if (before.memo.parameters !== undefined) return { frame: before, timeoutSeconds }
  const heartbeatSeconds = secondsOf('HeartbeatSecondsPath', state.HeartbeatSeconds, state.HeartbeatSecondsPath, roots)
  const parameters = state.Parameters === undefined ? effective : fill(state.Parameters, roots)
  const scheduled = sayer(resource)('Scheduled', {
    ...(resource.service === FUNCTION
      ? { input: JSON.stringify(parameters), inputDetails: { truncated: false }, resource: resource.action }
      : { region, parameters: JSON.stringify(parameters) }),
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  })
  const memo: Memo = {
    ...(before.memo.retries === undefined ? {} : { retries: before.memo.retries }),
    parameters,
    ...(token === undefined ? {} : { token }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  }
  const frame = commit(run, level, () => {
    if (token !== undefined) run.store.addToken(token, run.execution.id, level.scope, run.now())
    const lastEvent = record(run, level.scope, before.lastEvent, [scheduled, sayer(resource)('Started', {})])
    return update(run, before, { lastEvent, memo })
  })
  return { frame, timeoutSeconds }
}

/** What services cannot guess, and what can be told from what was made up. */
const newToken = (): string => `AAAA${randomBytes(TOKEN_BYTES).toString('base64')}`

/** Could this be a token that was valid once? */
export const isToken = (token: string): boolean => /^AAAA[A-Za-z0-9+/]{64}$/.test(token)

function secondsOf(
  field: string,
  seconds: number | undefined,
  path: string | undefined,
  roots: Roots,
): number | undefined {
  if (path === undefined) return seconds
  const value = valueAt(path, roots)
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new RuntimeProblem(
    `The ${field} parameter does not reference a positive integer: ${path} == ${JSON.stringify(value)}`,
  )
}

type Say = (what: string, details: JsonObject) => EventDraft

/** Events are called, and detailed, otherwise for functions by their ARN. */
function sayer({ service, action, waitsForToken }: Resource): Say {
  if (service === FUNCTION)
    return (what, details) => ({ type: `LambdaFunction${what}`, ...(what === 'Started' ? {} : { details }) })
  const resource = waitsForToken ? `${action}.waitForTaskToken` : action
  return (what, details) => ({ type: `Task${what}`, details: { resourceType: service, resource, ...details } })
}

const outputOf = (output: Json): JsonObject => ({ output: JSON.stringify(output), outputDetails: { truncated: false } })

function succeed(result: Json, { service, action }: Resource, say: Say) {
  if (isTooLarge(JSON.stringify(result))) throw withEvent(tooLarge(service === FUNCTION ? action : service), say)
  return { result, events: [say('Succeeded', outputOf(result))] }
}

const withEvent = ({ error, cause }: StateFailure, say: Say): StateFailure =>
  new StateFailure(error, cause, {
    events: [say('Failed', { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) })],
  })

function submitted(run: Run, level: Level, event: EventDraft): void {
  commit(run, level, () => {
    const frame: Frame = frameOf(run, level)
    const lastEvent = record(run, level.scope, frame.lastEvent, [event])
    update(run, frame, { lastEvent, memo: { ...frame.memo, submitted: true } })
  })
}

interface Patience {
  readonly deadline: number
  /** What is thrown after that, and by which other names it may be caught. */
  readonly late: (aliases?: readonly string[]) => StateFailure
  readonly awaitToken: AwaitToken
}

/**
 * Waits for the token as long as its deadline and its heartbeats let it. After a restart both count anew: nobody could
 * send anything to a cloud that was off.
 */
async function tokenOf(
  run: Run,
  level: Level,
  token: string,
  { deadline, late, awaitToken }: Patience,
): Promise<Outcome> {
  const { heartbeatSeconds = Number.POSITIVE_INFINITY } = frameOf(run, level).memo
  const begun = run.now()
  const silentAt = () => Math.max(run.store.token(token)?.heartbeatAt ?? 0, begun) + heartbeatSeconds * 1000
  for (;;) {
    const outcome = await awaitToken(token, Math.min(deadline, silentAt()), level.signal)
    if (outcome) return outcome
    if (run.now() >= deadline) throw late()
    if (run.now() >= silentAt()) throw late(['States.HeartbeatTimeout'])
  }
}
