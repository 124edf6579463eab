import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

/** Things with a name, in memory and on disk. */
export interface Collection<Value> {
  readonly get: (key: string) => Value | undefined
  /** In the order of their keys. */
  readonly all: () => readonly Value[]
  readonly put: (key: string, value: Value) => void
  readonly delete: (key: string) => void
}

const Rows = z.array(z.object({ key: z.string(), value: z.string() }))

/**
 * Opens the collection of one kind of thing, kept as JSON in one table of the database. Reading costs no query, and what
 * `put` and `delete` have returned from survives a SIGKILL.
 */
export function openCollection<Schema extends z.ZodType>(
  database: DatabaseSync,
  kind: string,
  schema: Schema,
): Collection<z.output<Schema>> {
  database.exec(`CREATE TABLE IF NOT EXISTS eventbridge_resources (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID`)
  const insert = database.prepare('INSERT OR REPLACE INTO eventbridge_resources (kind, key, value) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM eventbridge_resources WHERE kind = ? AND key = ?')
  const rows = Rows.parse(database.prepare('SELECT key, value FROM eventbridge_resources WHERE kind = ?').all(kind))
  const values = new Map(rows.map(({ key, value }) => [key, schema.parse(JSON.parse(value))]))
  return {
    get: (key) => values.get(key),
    all: () => [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    put(key, value) {
      insert.run(kind, key, JSON.stringify(value))
      values.set(key, value)
    },
    delete(key) {
      remove.run(kind, key)
      values.delete(key)
    },
  }
}
