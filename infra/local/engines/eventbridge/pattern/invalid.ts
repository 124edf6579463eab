import type { JsonNode } from './json.ts'

/** A pattern that EventBridge would not take. The message is the engine's reason, with the place where it stopped. */
export class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPattern'
}

/** Longer patterns are quoted up to here. */
const QUOTED = 500

/** Builds the error for a pattern's text; `offset` is how far the engine has read when it objects. */
export function invalid(pattern: string, reason: string, offset?: number): InvalidEventPattern {
  if (offset === undefined) return new InvalidEventPattern(reason)
  const lines = pattern.slice(0, offset).split(/\r\n|\r|\n/)
  const column = (lines.at(-1)?.length ?? 0) + 1
  const rest = pattern.length - QUOTED
  const quoted = `"${pattern.slice(0, QUOTED)}"${rest > 0 ? `[truncated ${rest} chars]` : ''}`
  return new InvalidEventPattern(`${reason}\n at [Source: (String)${quoted}; line: ${lines.length}, column: ${column}]`)
}

/** Runs a check whose plain errors become complaints about the pattern. */
export function complain<T>(pattern: string, offset: number | undefined, check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw invalid(pattern, error instanceof Error ? error.message : String(error), offset)
  }
}

/** How far the engine has read when it has seen that a value begins: it peeks at one character of a text or a list. */
export function seen(node: JsonNode): number {
  return node.kind === 'number' || node.kind === 'literal' ? node.end : node.start + 1
}
