import type { DatabaseSync } from 'node:sqlite'

/**
 * What was put on the buses and where it went. An event is a row; each time it is sent to a target of a rule, also by a
 * replay, is a delivery. `eventbridge_archived` tells which archive keeps which event, in the order replays read them.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS eventbridge_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order received
  id TEXT NOT NULL,
  bus TEXT NOT NULL,
  name TEXT NOT NULL,                     -- detail-type
  source TEXT NOT NULL,
  time INTEGER NOT NULL,                  -- of the envelope, epoch seconds
  correlation_id TEXT,
  trace_id TEXT,
  envelope TEXT NOT NULL,
  received_at INTEGER NOT NULL,           -- epoch milliseconds, as below
  archives INTEGER NOT NULL,              -- how many keep it
  caller TEXT                             -- the access key id that put it here
) STRICT;
CREATE INDEX IF NOT EXISTS eventbridge_events_name ON eventbridge_events (name, seq);
CREATE INDEX IF NOT EXISTS eventbridge_events_correlation ON eventbridge_events (correlation_id, seq)
  WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS eventbridge_events_unarchived ON eventbridge_events (seq) WHERE archives = 0;

CREATE TABLE IF NOT EXISTS eventbridge_archived (
  archive TEXT NOT NULL,
  time INTEGER NOT NULL,
  event INTEGER NOT NULL,
  size INTEGER NOT NULL,                  -- bytes
  PRIMARY KEY (archive, time, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS eventbridge_deliveries (
  id INTEGER PRIMARY KEY,
  event INTEGER NOT NULL,
  replay TEXT,
  rule_arn TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_arn TEXT NOT NULL,
  consumer TEXT NOT NULL,
  payload TEXT,                           -- if it is not the event itself
  created_at INTEGER NOT NULL,
  due_at INTEGER,                         -- when to send it; 0: being sent now; NULL: not to be sent any more
  message_id TEXT,                        -- where it was sent; NULL: nothing more will be reported on it
  outcome TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0,
  ms INTEGER,
  error TEXT,
  invoked_at INTEGER,                     -- of the last attempt: when the consumer's function was given it …
  ended_at INTEGER,                       -- … and when it was done with it
  earlier TEXT                            -- the attempts before, JSON: [[invoked_at, ended_at, ms, error], …]
) STRICT;
CREATE INDEX IF NOT EXISTS eventbridge_deliveries_event ON eventbridge_deliveries (event);
CREATE INDEX IF NOT EXISTS eventbridge_deliveries_due ON eventbridge_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS eventbridge_deliveries_message ON eventbridge_deliveries (message_id)
  WHERE message_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS eventbridge_deliveries_dead ON eventbridge_deliveries (target_arn) WHERE outcome = 'dead';
`

/** Columns that a state folder from an earlier version lacks. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  eventbridge_events: ['caller TEXT'],
  eventbridge_deliveries: ['invoked_at INTEGER', 'ended_at INTEGER', 'earlier TEXT'],
}

/** Makes the tables, or adds to those that are there what they lack. */
export function createTables(database: DatabaseSync): void {
  database.exec(SCHEMA)
  for (const [table, columns] of Object.entries(ADDED)) {
    const known = new Set(
      database
        .prepare(`PRAGMA table_info(${table})`)
        .all()
        .map(({ name }) => name),
    )
    for (const column of columns) {
      if (!known.has(column.split(' ')[0] ?? '')) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`)
    }
  }
  database.exec(`CREATE INDEX IF NOT EXISTS eventbridge_deliveries_replay ON eventbridge_deliveries (replay)
    WHERE replay IS NOT NULL`)
}

/** A delivery that is not settled: it waits to be sent, or for its consumer's report. */
export const OPEN = "(due_at IS NOT NULL OR (message_id IS NOT NULL AND outcome <> 'dead'))"
