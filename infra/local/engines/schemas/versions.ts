import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

export const SchemaType = z.enum(['JSONSchemaDraft4', 'OpenApi3'])

const SchemaVersion = z.object({
  version: z.number(),
  type: SchemaType,
  content: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
})
export type SchemaVersion = z.output<typeof SchemaVersion>

type Versions = readonly [SchemaVersion, ...SchemaVersion[]]

/** Opens the versions of all schemas, kept on disk. */
export function openSchemaVersions(database: DatabaseSync, now: () => number) {
  database.exec(`CREATE TABLE IF NOT EXISTS schema_versions (
    registry TEXT NOT NULL,
    schema TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (registry, schema, version)
  ) STRICT`)
  const select = database.prepare(`SELECT version, type, content, created_at AS createdAt FROM schema_versions
    WHERE registry = ? AND schema = ? ORDER BY version`)
  const insert = database.prepare('INSERT INTO schema_versions VALUES (?, ?, ?, ?, ?, ?)')
  return {
    /** Makes this the latest version unless it is already; answers all versions, the oldest first. */
    keep(registry: string, schema: string, type: SchemaVersion['type'], content: string): Versions {
      const [first, ...rest] = z.array(SchemaVersion).parse(select.all(registry, schema))
      const last = rest.at(-1) ?? first
      if (first && last?.content === content && last.type === type) return [first, ...rest]
      const next = { version: (last?.version ?? 0) + 1, type, content, createdAt: now() }
      insert.run(registry, schema, next.version, type, content, next.createdAt)
      return first ? [first, ...rest, next] : [next]
    },
  }
}
