import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

interface Reader {
  readonly streamArn: string
  readonly functionName: string
}

/** How far each function has got in each shard of a stream: the sequence number of the last record that it handled. */
export interface Checkpoints {
  readonly get: (reader: Reader, shardId: string) => string | undefined
  readonly set: (reader: Reader, shardId: string, sequenceNumber: string) => void
}

const Row = z.object({ sequence_number: z.string() }).optional()

export function openCheckpoints(database: DatabaseSync): Checkpoints {
  database.exec(`CREATE TABLE IF NOT EXISTS stream_checkpoints (
    stream_arn TEXT, function_name TEXT, shard_id TEXT, sequence_number TEXT NOT NULL,
    PRIMARY KEY (stream_arn, function_name, shard_id)
  ) STRICT, WITHOUT ROWID`)
  const select = database.prepare(
    'SELECT sequence_number FROM stream_checkpoints WHERE stream_arn = ? AND function_name = ? AND shard_id = ?',
  )
  const upsert = database.prepare('INSERT OR REPLACE INTO stream_checkpoints VALUES (?, ?, ?, ?)')
  return {
    get: ({ streamArn, functionName }, shardId) =>
      Row.parse(select.get(streamArn, functionName, shardId))?.sequence_number,
    set: ({ streamArn, functionName }, shardId, sequenceNumber) => {
      upsert.run(streamArn, functionName, shardId, sequenceNumber)
    },
  }
}
