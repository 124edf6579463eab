import * as z from 'zod'
import { parsed } from '../parsed.ts'
import type { Line, LogStore } from './store.ts'

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const
type Level = (typeof LEVELS)[number]

/** Which lines to show; of what is not given, all. */
export interface LineFilter {
  /** In any case. */
  readonly text?: string
  /** This one and what is graver. A line that names none is of none. */
  readonly level?: Level
  readonly correlationId?: string
  readonly limit: number
}

/** A line and what can be told from it. */
export interface ReadLine extends Line {
  readonly level: Level | undefined
  readonly correlationId: string | undefined
  /** What a structured line says beside the level: its message alone, or else the line as it is. */
  readonly text: string
}

export const LogLevel = z.enum(LEVELS)

const Structured = z.object({
  level: LogLevel.or(z.literal('CRITICAL').transform((): Level => 'ERROR'))
    .optional()
    .catch(undefined),
  message: z.string().optional().catch(undefined),
  correlation_id: z.string().optional().catch(undefined),
})
/** What the runtime says itself of an invocation that did not end as it should. */
const FAILURE = /Task timed out after|^\{"errorType":/

/** The newest lines of a group, newest first. */
export function newestLines(
  store: LogStore,
  group: string,
  { text = '', level, correlationId, limit }: LineFilter,
): readonly ReadLine[] {
  const wanted = text.toLowerCase()
  const found: ReadLine[] = []
  for (const line of store.newest(group)) {
    if (found.length >= limit) break
    if (correlationId !== undefined && !line.message.includes(correlationId)) continue
    if (!line.message.toLowerCase().includes(wanted)) continue
    const read = readLine(line)
    if (isAtLeast(read.level, level)) found.push(read)
  }
  return found
}

const isAtLeast = (level: Level | undefined, least: Level | undefined): boolean =>
  least === undefined || (level !== undefined && LEVELS.indexOf(level) >= LEVELS.indexOf(least))

/** https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/#standard-structured-keys */
function readLine(line: Line): ReadLine {
  const structured = Structured.safeParse(parsed(line.message)).data
  const level = structured?.level ?? (FAILURE.test(line.message) ? 'ERROR' : undefined)
  return {
    ...line,
    level,
    correlationId: structured?.correlation_id,
    text: structured?.message ?? line.message,
  }
}
