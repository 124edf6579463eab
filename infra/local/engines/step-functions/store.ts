import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { transactions } from '../../database.ts'
import { Fields, type JsonObject, Value } from './json.ts'

export type Store = ReturnType<typeof openStore>
export type Status = z.output<typeof Status>
export type Execution = z.output<typeof Execution>
export type Frame = z.output<typeof Frame>
export type HistoryEvent = z.output<typeof HistoryEvent>

export const Status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])

/** An event that has no number yet. `details` is what the API calls its event details. */
export interface EventDraft {
  readonly type: string
  readonly details?: JsonObject
}

/** SQLite's null is nothing here. */
const text = z
  .string()
  .nullable()
  .transform((value) => value ?? undefined)
const time = z
  .number()
  .nullable()
  .transform((value) => value ?? undefined)

const Execution = z.object({
  /** Counts up: later ones have higher numbers. */
  id: z.number(),
  arn: z.string(),
  machineArn: z.string(),
  name: z.string(),
  status: Status,
  /** JSON texts. */
  input: z.string(),
  output: text,
  error: text,
  cause: text,
  /** Epoch milliseconds. */
  startedAt: z.number(),
  stoppedAt: time,
  /** The hash of the definition that it runs, whatever the machine's is by now. */
  definition: z.string(),
  roleArn: z.string(),
  trace: text,
})

const Memo = z.object({
  /** How often each retrier was used, by its number. */
  retries: z.record(z.string(), z.number()).optional(),
  /** When to go on, in epoch milliseconds. */
  dueAt: z.number().optional(),
  /** What the task was called with. */
  parameters: Value.optional(),
  token: z.string().optional(),
  heartbeatSeconds: z.number().optional(),
  /** The service has taken the token. */
  submitted: z.boolean().optional(),
  /** The event with which branches or iterations began. */
  startedEvent: z.number().optional(),
})
export type Memo = z.output<typeof Memo>

const Outcome = z.object({
  /** JSON text; of a failure there is none. */
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
})
export type Outcome = z.output<typeof Outcome>

const parsed = <Schema extends z.ZodType>(schema: Schema) =>
  z.string().transform((json): z.output<Schema> => schema.parse(JSON.parse(json)))

/** Where one sequence of states stands: its current state, and how far that has come. */
const Frame = z.object({
  /** `` for the machine itself, `/0` for its first branch or iteration, `/0/2` for one within that. */
  scope: z.string(),
  state: z.string(),
  /** JSON text. */
  input: z.string(),
  /** Epoch milliseconds, and the event. */
  enteredAt: z.number(),
  enteredEvent: z.number(),
  lastEvent: z.number(),
  memo: parsed(Memo),
  /** Once the sequence has come to its end. */
  outcome: parsed(Outcome)
    .nullable()
    .transform((outcome) => outcome ?? undefined),
})

const HistoryEvent = z.object({
  id: z.number(),
  previousId: z.number(),
  /** Epoch milliseconds. */
  at: z.number(),
  type: z.string(),
  scope: z.string(),
  details: parsed(Fields),
})

const Token = z.object({ outcome: parsed(Outcome).nullable(), heartbeatAt: z.number() })

// To make a schema takes far longer than to use it: those of the reads that each step makes are made once.
const MaybeExecution = Execution.optional()
const Executions = z.array(Execution)
const Frames = z.array(Frame)
const History = z.array(HistoryEvent)
const MaybeToken = Token.optional()
const LastEvent = z.object({ id: z.number() })
const Definition = z.object({ definition: z.string() })
const Count = z.object({ count: z.number() })

const EXECUTION = `id, arn, machine_arn AS machineArn, name, status, input, output, error, cause,
  started_at AS startedAt, stopped_at AS stoppedAt, definition, role_arn AS roleArn, trace`
const FRAME = `scope, state, input, entered_at AS enteredAt, entered_event AS enteredEvent, last_event AS lastEvent,
  memo, outcome`
const EVENT = 'id, previous_id AS previousId, at, type, scope, details'

/** What an event says, be it the input itself or only its detail. SQLite does not take JSON that is nested very deep. */
const CORRELATION_ID = `CASE WHEN json_valid(input) THEN coalesce(
  json_extract(input, '$.metadata.correlationId'), json_extract(input, '$.detail.metadata.correlationId')) END`

export interface ExecutionFilter {
  readonly machineArn?: string | undefined
  readonly status?: Status | undefined
  /** Occurs in its name or in its input. */
  readonly text?: string | undefined
  /** Only those that began before the one with this id. */
  readonly before?: number | undefined
  readonly limit: number
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions */
const CLOSED_KEPT_MS = 90 * 86_400_000

/**
 * Executions on disk: what each transaction commits is what a restart finds. It forgets those that began long ago and are
 * over.
 */
export function openStore(database: DatabaseSync, now: () => number) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sfn_definitions (hash TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sfn_executions (
      id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine_arn TEXT NOT NULL, name TEXT NOT NULL,
      status TEXT NOT NULL, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT,
      started_at INTEGER NOT NULL, stopped_at INTEGER, definition TEXT NOT NULL, role_arn TEXT NOT NULL, trace TEXT
    );
    CREATE INDEX IF NOT EXISTS sfn_executions_by_machine ON sfn_executions (machine_arn, id);
    CREATE INDEX IF NOT EXISTS sfn_executions_running ON sfn_executions (id) WHERE status = 'RUNNING';
    CREATE INDEX IF NOT EXISTS sfn_executions_by_correlation ON sfn_executions (${CORRELATION_ID}, id);
    CREATE TABLE IF NOT EXISTS sfn_frames (
      execution INTEGER NOT NULL, scope TEXT NOT NULL, state TEXT NOT NULL, input TEXT NOT NULL,
      entered_at INTEGER NOT NULL, entered_event INTEGER NOT NULL, last_event INTEGER NOT NULL,
      memo TEXT NOT NULL, outcome TEXT, PRIMARY KEY (execution, scope)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sfn_history (
      execution INTEGER NOT NULL, id INTEGER NOT NULL, previous_id INTEGER NOT NULL, at INTEGER NOT NULL,
      type TEXT NOT NULL, scope TEXT NOT NULL, details TEXT NOT NULL, PRIMARY KEY (execution, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sfn_tokens (
      token TEXT PRIMARY KEY, execution INTEGER NOT NULL, scope TEXT NOT NULL, outcome TEXT, heartbeat_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sfn_tokens_by_scope ON sfn_tokens (execution, scope)`)

  const insertDefinition = database.prepare('INSERT OR IGNORE INTO sfn_definitions VALUES (?, ?)')
  const selectDefinition = database.prepare('SELECT definition FROM sfn_definitions WHERE hash = ?')
  const insertExecution = database.prepare(
    `INSERT INTO sfn_executions (arn, machine_arn, name, status, input, started_at, definition, role_arn, trace)
     VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?) RETURNING ${EXECUTION}`,
  )
  const selectExecution = database.prepare(`SELECT ${EXECUTION} FROM sfn_executions WHERE arn = ?`)
  const selectRunning = database.prepare(`SELECT ${EXECUTION} FROM sfn_executions WHERE status = 'RUNNING' ORDER BY id`)
  const selectPage = database.prepare(
    `SELECT ${EXECUTION} FROM sfn_executions
     WHERE (?1 IS NULL OR machine_arn = ?1) AND (?2 IS NULL OR status = ?2) AND id < ?3
       AND (?5 IS NULL OR instr(name, ?5) > 0 OR instr(input, ?5) > 0)
     ORDER BY id DESC LIMIT ?4`,
  )
  const selectCorrelated = database.prepare(
    `SELECT ${EXECUTION} FROM sfn_executions WHERE ${CORRELATION_ID} = ? ORDER BY id DESC LIMIT ?`,
  )
  const countRunning = database.prepare(`SELECT count(*) AS count FROM sfn_executions WHERE status = 'RUNNING'`)
  const endExecution = database.prepare(
    'UPDATE sfn_executions SET status = ?, output = ?, error = ?, cause = ?, stopped_at = ? WHERE id = ?',
  )
  const selectFrames = database.prepare(`SELECT ${FRAME} FROM sfn_frames WHERE execution = ?`)
  const upsertFrame = database.prepare('INSERT OR REPLACE INTO sfn_frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  // Everything below `/0` lies between `/0/` and `/00`, there being no scope with another character than digits.
  const deleteFrames = database.prepare(
    `DELETE FROM sfn_frames WHERE execution = ?1 AND scope >= ?2 || '/' AND scope < ?2 || '0'`,
  )
  const deleteAllFrames = database.prepare('DELETE FROM sfn_frames WHERE execution = ?')
  const insertEvent = database.prepare('INSERT INTO sfn_history VALUES (?, ?, ?, ?, ?, ?, ?)')
  const lastEvent = database.prepare('SELECT coalesce(max(id), 0) AS id FROM sfn_history WHERE execution = ?')
  const selectEvents = database.prepare(
    `SELECT ${EVENT} FROM sfn_history WHERE execution = ? AND id > ? ORDER BY id LIMIT ?`,
  )
  const selectEventsBackwards = database.prepare(
    `SELECT ${EVENT} FROM sfn_history WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  )
  const insertToken = database.prepare('INSERT INTO sfn_tokens VALUES (?, ?, ?, NULL, ?)')
  const selectToken = database.prepare('SELECT outcome, heartbeat_at AS heartbeatAt FROM sfn_tokens WHERE token = ?')
  const settleToken = database.prepare('UPDATE sfn_tokens SET outcome = ? WHERE token = ? AND outcome IS NULL')
  const beatToken = database.prepare('UPDATE sfn_tokens SET heartbeat_at = ? WHERE token = ? AND outcome IS NULL')
  const deleteTokens = database.prepare(
    `DELETE FROM sfn_tokens WHERE execution = ?1 AND (scope = ?2 OR scope >= ?2 || '/' AND scope < ?2 || '0')`,
  )

  const transaction = transactions(database)
  transaction(() => {
    // They are in the order in which they began, so this looks at no more of them than it deletes.
    const old = `SELECT id FROM sfn_executions WHERE status <> 'RUNNING' AND id < coalesce(
      (SELECT id FROM sfn_executions WHERE started_at >= ?1 ORDER BY id LIMIT 1), ${Number.MAX_SAFE_INTEGER})`
    const before = now() - CLOSED_KEPT_MS
    database.prepare(`DELETE FROM sfn_history WHERE execution IN (${old})`).run(before)
    const { changes } = database.prepare(`DELETE FROM sfn_executions WHERE id IN (${old})`).run(before)
    if (changes === 0) return
    database.exec('DELETE FROM sfn_definitions WHERE hash NOT IN (SELECT definition FROM sfn_executions)')
  })

  return {
    transaction,

    /** Keeps a definition for the executions that run it; answers its hash. */
    keepDefinition(definition: string): string {
      const hash = createHash('sha256').update(definition).digest('hex')
      insertDefinition.run(hash, definition)
      return hash
    },
    definition: (hash: string): string => Definition.parse(selectDefinition.get(hash)).definition,

    addExecution: (
      execution: Omit<Execution, 'id' | 'status' | 'output' | 'error' | 'cause' | 'stoppedAt'>,
    ): Execution => {
      const { arn, machineArn, name, input, startedAt, definition, roleArn, trace = null } = execution
      return Execution.parse(insertExecution.get(arn, machineArn, name, input, startedAt, definition, roleArn, trace))
    },
    execution: (arn: string): Execution | undefined => MaybeExecution.parse(selectExecution.get(arn)),
    running: (): readonly Execution[] => Executions.parse(selectRunning.all()),
    /** Newest first. */
    executions: ({ machineArn, status, before, limit, text }: ExecutionFilter): readonly Execution[] =>
      Executions.parse(
        selectPage.all(machineArn ?? null, status ?? null, before ?? Number.MAX_SAFE_INTEGER, limit, text ?? null),
      ),
    /** Those that an event of this correlation id has started, newest first. */
    correlated: (correlationId: string, limit: number): readonly Execution[] =>
      Executions.parse(selectCorrelated.all(correlationId, limit)),
    runningCount: (): number => Count.parse(countRunning.get()).count,
    end(id: number, status: Status, { output, error, cause }: Outcome, at: number): void {
      endExecution.run(status, output ?? null, error ?? null, cause ?? null, at, id)
      deleteAllFrames.run(id)
      deleteTokens.run(id, '')
    },

    frames: (execution: number): readonly Frame[] => Frames.parse(selectFrames.all(execution)),
    putFrame(execution: number, frame: Frame): void {
      const { scope, state, input, enteredAt, enteredEvent, lastEvent, memo, outcome } = frame
      const end = outcome === undefined ? null : JSON.stringify(outcome)
      upsertFrame.run(execution, scope, state, input, enteredAt, enteredEvent, lastEvent, JSON.stringify(memo), end)
    },
    /** Forgets what ran within a scope. */
    dropChildren(execution: number, scope: string): void {
      deleteFrames.run(execution, scope)
    },

    addEvent(execution: number, { id, previousId, at, type, scope, details }: HistoryEvent): void {
      insertEvent.run(execution, id, previousId, at, type, scope, JSON.stringify(details))
    },
    lastEvent: (execution: number): number => LastEvent.parse(lastEvent.get(execution)).id,
    /** After, or in reverse before, the event with this id. */
    events: (execution: number, from: number, limit: number, isReverse = false): readonly HistoryEvent[] =>
      History.parse((isReverse ? selectEventsBackwards : selectEvents).all(execution, from, limit)),

    addToken(token: string, execution: number, scope: string, at: number): void {
      insertToken.run(token, execution, scope, at)
    },
    token: (token: string) => MaybeToken.parse(selectToken.get(token)),
    /** False if nobody waits for it, or somebody did so already. */
    settleToken: (token: string, outcome: Outcome): boolean =>
      settleToken.run(JSON.stringify(outcome), token).changes === 1,
    beat: (token: string, at: number): boolean => beatToken.run(at, token).changes === 1,
    /** Those of a scope and of what is within it. */
    dropTokens(execution: number, scope: string): void {
      deleteTokens.run(execution, scope)
    },
  }
}
