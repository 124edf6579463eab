import * as z from 'zod/mini'
import { OptionalFault } from './consumer.ts'

const FunctionState = z.object({
  name: z.string(),
  memoryMb: z.number(),
  timeoutSeconds: z.number(),
  reservedConcurrency: z.optional(z.number()),
  /** `null`: not shown. */
  variables: z.array(z.object({ name: z.string(), value: z.nullable(z.string()) })),
  /** Environments that there are, and that work at this moment. */
  alive: z.number(),
  running: z.number(),
  /** With how many environments AWS would keep warm for each. */
  aliases: z.array(z.object({ name: z.string(), version: z.string(), provisionedConcurrency: z.number() })),
  lately: z.object({
    invocations: z.number(),
    errors: z.number(),
    throttles: z.number(),
    averageMs: z.optional(z.number()),
  }),
  fault: OptionalFault,
})
export type FunctionState = z.infer<typeof FunctionState>
export const Functions = z.object({ latelyMinutes: z.number(), functions: z.array(FunctionState) })

const LogLine = z.object({
  id: z.string(),
  at: z.number(),
  level: z.optional(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'])),
  correlationId: z.optional(z.string()),
  text: z.string(),
  fields: z.optional(z.unknown()),
})
export type LogLine = z.infer<typeof LogLine>
export const LogLines = z.array(LogLine)

export const Invoked = z.object({
  answer: z.optional(z.unknown()),
  error: z.optional(z.string()),
  log: z.array(z.string()),
  ms: z.number(),
})
export type Invoked = z.infer<typeof Invoked>

/** What a structured line always has, and what is shown of it anyway. */
const USUAL = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'correlation_id',
  'eventId',
  'messageId',
])
const ErrorSaid = z.object({ name: z.string(), message: z.string() })

/** What is special about a structured line, in a line: `outcome: processed, ms: 12`. */
export function specialsOf(fields: unknown): string {
  if (!(fields instanceof Object)) return ''
  return Object.entries(fields)
    .filter(([name]) => !USUAL.has(name))
    .map(([name, value]) => {
      const error = ErrorSaid.safeParse(value).data
      if (error) return `${name}: ${error.name}: ${error.message}`
      return `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
    })
    .join(', ')
}
