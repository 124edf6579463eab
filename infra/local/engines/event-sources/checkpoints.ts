import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

/** How far one function has read one shard of a stream. */
export interface Checkpoint {
  /** Of the last record that is done with; `undefined`: nothing yet, so from the oldest. */
  readonly sequenceNumber: string | undefined
  /** The shard is closed and read to its end. */
  readonly isDone: boolean
}

export interface Checkpoints {
  /** By shard; empty for a stream that this function has never read. */
  readonly load: () => ReadonlyMap<string, Checkpoint>
  /** On disk when it returns. */
  readonly save: (shardId: string, checkpoint: Checkpoint) => void
  readonly forget: (shardId: string) => void
}

const Row = z.object({ shard: z.string(), sequence_number: z.string().nullable(), is_done: z.number() })

/** How far a function has come in a stream, over restarts. */
export function checkpointsOf(database: DatabaseSync, functionName: string, streamArn: string): Checkpoints {
  database.exec(`CREATE TABLE IF NOT EXISTS stream_positions (
    function TEXT NOT NULL, stream TEXT NOT NULL, shard TEXT NOT NULL, sequence_number TEXT, is_done INTEGER NOT NULL,
    PRIMARY KEY (function, stream, shard)
  ) WITHOUT ROWID`)
  const select = database.prepare(
    'SELECT shard, sequence_number, is_done FROM stream_positions WHERE function = ? AND stream = ?',
  )
  const upsert = database.prepare('INSERT OR REPLACE INTO stream_positions VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM stream_positions WHERE function = ? AND stream = ? AND shard = ?')
  return {
    load: () =>
      new Map(
        z
          .array(Row)
          .parse(select.all(functionName, streamArn))
          .map((row) => [row.shard, { sequenceNumber: row.sequence_number ?? undefined, isDone: row.is_done === 1 }]),
      ),
    save(shardId, { sequenceNumber, isDone }) {
      upsert.run(functionName, streamArn, shardId, sequenceNumber ?? null, isDone ? 1 : 0)
    },
    forget(shardId) {
      remove.run(functionName, streamArn, shardId)
    },
  }
}
