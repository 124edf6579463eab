import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

const Row = z.object({ enabled: z.number(), template: z.number() }).optional()

/**
 * Which event source mappings are enabled, kept on disk: what was set by API stays, over restarts too, until the template
 * says something else than before.
 */
export function openEnabled(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS event_source_mappings (
    id TEXT PRIMARY KEY, enabled INTEGER NOT NULL, template INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`)
  const select = database.prepare('SELECT enabled, template FROM event_source_mappings WHERE id = ?')
  const upsert = database.prepare('INSERT OR REPLACE INTO event_source_mappings VALUES (?, ?, ?)')
  const update = database.prepare('UPDATE event_source_mappings SET enabled = ? WHERE id = ?')
  return {
    /** Takes what the template says; answers what holds. */
    provision(id: string, template: boolean): boolean {
      const row = Row.parse(select.get(id))
      if (row && row.template === Number(template)) return row.enabled === 1
      upsert.run(id, Number(template), Number(template))
      return template
    },
    set(id: string, enabled: boolean): void {
      update.run(Number(enabled), id)
    },
  }
}
