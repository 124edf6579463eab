import * as z from 'zod'
import { AwsError, type CloudContext } from '../engine.ts'
import type { Invocation, Lambda } from '../lambda/index.ts'

export interface LambdaDelivery {
  readonly functionArn: string
  readonly subscriptionArn: string
  /** The event, as JSON text. */
  readonly payload: string
  /** What a dead-letter queue gets instead. */
  readonly envelope: string
}

interface Options {
  readonly invoke: Lambda['invoke']
  /** The function does not exist: nobody will ever take this. */
  readonly undeliverable: (delivery: LambdaDelivery, reason: string) => void
  /** Milliseconds to wait after this many failed attempts. */
  readonly backoff: (attempts: number) => number
}

const Row = z
  .object({
    id: z.number(),
    function_arn: z.string(),
    subscription_arn: z.string(),
    payload: z.string(),
    envelope: z.string(),
    attempts: z.number(),
    due_at: z.number(),
  })
  .transform(({ function_arn, subscription_arn, due_at, ...row }) => ({
    ...row,
    functionArn: function_arn,
    subscriptionArn: subscription_arn,
    dueAt: due_at,
  }))
type Row = z.output<typeof Row>

/** As often does Lambda try an event that nobody waits for. */
const MAX_ATTEMPTS = 3

/**
 * Hands notifications to functions, at least once: each is on disk until the function has taken it, or has failed three
 * times. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function openLambdaDeliveries(
  { database, now, warn }: CloudContext,
  { invoke, undeliverable, backoff }: Options,
) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sns_lambda_deliveries (
      id INTEGER PRIMARY KEY, function_arn TEXT NOT NULL, subscription_arn TEXT NOT NULL, payload TEXT NOT NULL,
      envelope TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL
    )`)
  const insert = database.prepare(
    'INSERT INTO sns_lambda_deliveries (function_arn, subscription_arn, payload, envelope, due_at) VALUES (?, ?, ?, ?, ?) RETURNING *',
  )
  const selectAll = database.prepare('SELECT * FROM sns_lambda_deliveries ORDER BY id')
  const postpone = database.prepare('UPDATE sns_lambda_deliveries SET attempts = ?, due_at = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM sns_lambda_deliveries WHERE id = ?')
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false

  function schedule(row: Row): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void attempt(row)
      },
      Math.max(0, row.dueAt - now()),
    )
    timers.add(timer)
  }

  async function attempt(row: Row): Promise<void> {
    const { functionError, payload, refusal } = await invoke(row.functionArn, row.payload).then(answered, refused)
    if (stopped) return
    if (functionError === undefined) remove.run(row.id)
    else if (refusal === 'ResourceNotFoundException') {
      undeliverable(row, payload)
      remove.run(row.id)
    } else if (refusal === 'TooManyRequestsException') again(row)
    else failed({ ...row, attempts: row.attempts + 1 }, payload)
  }

  function failed(row: Row, failure: string): void {
    warn(`${row.functionArn} failed on a notification of SNS (attempt ${row.attempts} of ${MAX_ATTEMPTS}): ${failure}`)
    if (row.attempts < MAX_ATTEMPTS) again(row)
    else remove.run(row.id)
  }

  function again(row: Row): void {
    const dueAt = now() + backoff(Math.max(row.attempts, 1))
    postpone.run(row.attempts, dueAt, row.id)
    schedule({ ...row, dueAt })
  }

  return {
    /** On disk when it returns. */
    add({ functionArn, subscriptionArn, payload, envelope }: LambdaDelivery): void {
      schedule(Row.parse(insert.get(functionArn, subscriptionArn, payload, envelope, now())))
    },
    /** Goes on with what an earlier run has left. */
    start(): void {
      for (const row of z.array(Row).parse(selectAll.all())) schedule(row)
    },
    stop(): void {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

const answered = (invocation: Invocation) => ({ functionError: undefined, ...invocation, refusal: undefined })

/** A function that could not be called. */
const refused = (error: unknown) => ({
  functionError: 'Unhandled',
  payload: error instanceof Error ? error.message : String(error),
  refusal: error instanceof AwsError ? error.code : undefined,
})
