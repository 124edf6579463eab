import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { AwsError, type CloudContext } from '../engine.ts'
import type { Invocation } from './environment.ts'

interface Options {
  /** Rejects with `TooManyRequestsException` or `ResourceNotFoundException`. */
  readonly invoke: (functionName: string, payload: string) => Promise<Invocation>
  /** Milliseconds to wait after so many tries in vain. */
  readonly backoff: (tries: number) => number
}

const MOST_ATTEMPTS = 3
const LONGEST_WAIT_MS = 6 * 3_600_000

const Row = z
  .object({ id: z.int(), function: z.string(), payload: z.string(), attempts: z.int(), accepted_at: z.int() })
  .transform(({ function: functionName, accepted_at: acceptedAt, ...row }) => ({ ...row, functionName, acceptedAt }))
type Row = z.output<typeof Row>

/**
 * The invocations that nobody waits for, Lambda's own queue: each is on disk until it has succeeded, has failed three
 * times, or has waited for six hours to be let run. One that a kill interrupts is run again.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function openLater({ database, now, warn }: CloudContext, { invoke, backoff }: Options) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS lambda_later (
      id INTEGER PRIMARY KEY, function TEXT NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
      accepted_at INTEGER NOT NULL
    ) STRICT`)
  const insert = database.prepare(
    'INSERT INTO lambda_later (function, payload, accepted_at) VALUES (?, ?, ?) RETURNING *',
  )
  const count = database.prepare('UPDATE lambda_later SET attempts = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM lambda_later WHERE id = ?')
  const left = Row.array().parse(database.prepare('SELECT * FROM lambda_later ORDER BY id').all())
  const stopping = new AbortController()
  const { signal } = stopping

  async function work({ id, functionName, payload, acceptedAt, ...row }: Row): Promise<void> {
    let { attempts } = row
    for (let tries = 1; ; tries++) {
      const failure = await invoke(functionName, payload).then(failureOf, refusalOf)
      if (signal.aborted) return
      if (!failure) break
      const isThrottled = failure.code === 'TooManyRequestsException'
      if (!isThrottled) {
        attempts++
        count.run(attempts, id)
        const which = `attempt ${attempts} of ${MOST_ATTEMPTS}`
        warn(`${functionName} failed when invoked asynchronously (${which}): ${failure.reason}`)
      }
      if (attempts === MOST_ATTEMPTS || failure.code === 'ResourceNotFoundException') break
      if (isThrottled && now() - acceptedAt >= LONGEST_WAIT_MS) {
        warn(`${functionName} was not let run for six hours: an asynchronous invocation is given up`)
        break
      }
      await pause(backoff(tries), undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
    }
    remove.run(id)
  }

  return {
    /** On disk when it returns. */
    add: (functionName: string, payload: string): void =>
      void work(Row.parse(insert.get(functionName, payload, now()))),
    /** Goes on with what an earlier run has left. */
    start(): void {
      for (const row of left.splice(0)) void work(row)
    },
    /** What runs or waits now is left to the next run. */
    stop: () => stopping.abort(),
  }
}

interface Failure {
  readonly code: string
  readonly reason: string
}

const failureOf = ({ functionError: code, payload: reason }: Invocation): Failure | undefined =>
  code === undefined ? undefined : { code, reason }

/** Of a function that could not be called. */
const refusalOf = (error: unknown): Failure => ({
  code: error instanceof AwsError ? error.code : 'Unhandled',
  reason: error instanceof Error ? error.message : String(error),
})
