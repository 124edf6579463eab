import * as z from 'zod'
import type { CloudContext } from '../engine.ts'

const Group = z.object({ name: z.string(), created_at: z.number(), retention_days: z.number().nullable() })
type Group = z.output<typeof Group>

const Line = z.object({ seq: z.number(), stream: z.string(), timestamp: z.number(), message: z.string() })
export type Line = z.output<typeof Line>

const Stream = z.object({ stream: z.string(), first: z.number(), last: z.number() })
export type Stream = z.output<typeof Stream>

export interface LogStore {
  /** Creates the group or brings its retention up to date. */
  readonly putGroup: (name: string, retentionDays: number | undefined) => void
  readonly append: (group: string, stream: string, lines: readonly string[]) => void
  /** Writes what was appended, in one transaction. */
  readonly flush: () => void
  /** Deletes lines older than their group's retention. */
  readonly forgetExpired: () => void
  readonly arnOf: (group: string) => string
  /** In the order of their names. */
  readonly groups: () => readonly Group[]
  readonly streams: (group: string) => readonly Stream[]
  /** Lines from `after` on (exclusive, a sequence number), oldest first; `from` and `to` (inclusive) are milliseconds. */
  readonly lines: (group: string, after: number, from: number, to: number) => Iterable<Line>
  /** All lines, newest first. */
  readonly newest: (group: string) => Iterable<Line>
}

/** Lines that a group keeps, and how many more it may have before the oldest are deleted. */
const KEPT = 20_000
const SLACK = 2_000
const DAY = 86_400_000

/** Groups and lines in SQLite. What is read includes what was only just appended. */
export function createLogStore({ database, account, region, now }: CloudContext): LogStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS logs_groups (
      name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, retention_days INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS logs_lines (
      seq INTEGER PRIMARY KEY, log_group TEXT NOT NULL, stream TEXT NOT NULL,
      timestamp INTEGER NOT NULL, message TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS logs_lines_by_group ON logs_lines (log_group, seq, timestamp);
  `)
  const putGroup = database.prepare(
    'INSERT INTO logs_groups VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET retention_days = excluded.retention_days',
  )
  const addGroup = database.prepare('INSERT OR IGNORE INTO logs_groups VALUES (?, ?, NULL)')
  const selectGroups = database.prepare('SELECT * FROM logs_groups ORDER BY name')
  const insert = database.prepare('INSERT INTO logs_lines (log_group, stream, timestamp, message) VALUES (?, ?, ?, ?)')
  const trim = database.prepare(`
    DELETE FROM logs_lines WHERE log_group = ?1 AND seq <= (
      SELECT seq FROM logs_lines WHERE log_group = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ${KEPT}
    )`)
  const expire = database.prepare('DELETE FROM logs_lines WHERE log_group = ? AND timestamp < ?')
  const selectStreams = database.prepare(
    'SELECT stream, min(timestamp) AS first, max(timestamp) AS last FROM logs_lines WHERE log_group = ? GROUP BY stream',
  )
  const selectLines = database.prepare(`
    SELECT seq, stream, timestamp, message FROM logs_lines
    WHERE log_group = ? AND seq > ? AND timestamp BETWEEN ? AND ? ORDER BY seq`)
  const selectNewest = database.prepare(
    'SELECT seq, stream, timestamp, message FROM logs_lines WHERE log_group = ? ORDER BY seq DESC',
  )
  const counts = new Map(
    z
      .array(z.object({ log_group: z.string(), count: z.number() }))
      .parse(database.prepare('SELECT log_group, count(*) AS count FROM logs_lines GROUP BY log_group').all())
      .map(({ log_group, count }) => [log_group, count]),
  )
  let pending: { group: string; stream: string; timestamp: number; lines: readonly string[] }[] = []

  function write({ group, stream, timestamp, lines }: (typeof pending)[number]): void {
    if (!counts.has(group)) addGroup.run(group, now())
    for (const line of lines) insert.run(group, stream, timestamp, line)
    const count = (counts.get(group) ?? 0) + lines.length
    const tooMany = count > KEPT + SLACK
    if (tooMany) trim.run(group)
    counts.set(group, tooMany ? KEPT : count)
  }

  function flush(): void {
    if (pending.length === 0) return
    const batch = pending
    pending = []
    database.exec('BEGIN')
    try {
      for (const lines of batch) write(lines)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  const groups = (): readonly Group[] => z.array(Group).parse(selectGroups.all())

  return {
    putGroup: (name, retentionDays) => putGroup.run(name, now(), retentionDays ?? null),
    append: (group, stream, lines) => {
      if (lines.length > 0) pending.push({ group, stream, timestamp: now(), lines })
    },
    flush,
    forgetExpired: () => {
      for (const { name, retention_days } of groups())
        if (retention_days !== null) expire.run(name, now() - retention_days * DAY)
    },
    arnOf: (group) => `arn:aws:logs:${region}:${account}:log-group:${group}`,
    groups: () => {
      flush()
      return groups()
    },
    streams: (group) => {
      flush()
      return z.array(Stream).parse(selectStreams.all(group))
    },
    lines: function* (group, after, from, to) {
      flush()
      for (const row of selectLines.iterate(group, after, from, to)) yield Line.parse(row)
    },
    newest: function* (group) {
      flush()
      for (const row of selectNewest.iterate(group)) yield Line.parse(row)
    },
  }
}
