import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import * as z from 'zod'
import type { Names } from '../names.ts'
import { table } from './command-line.ts'
import type { DeadLetterQueue, TakenMessage } from './dead-letter-queues.ts'
import { type ConsumedLine, consumedLines } from './function-log.ts'

/** A dead letter, with what is known of why. */
export interface DeadLetter {
  readonly queue: DeadLetterQueue
  readonly message: TakenMessage
  /** The event's name, or what else it is. */
  readonly event: string
  readonly eventId: string | undefined
  readonly why: string
  /** How often it was tried; `undefined` if nobody has written that down. */
  readonly attempts: number | undefined
}

const Body = z.object({
  'detail-type': z.string().optional(),
  detail: z
    .object({ metadata: z.object({ eventId: z.string() }) })
    .optional()
    .catch(undefined),
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.number() }).optional().catch(undefined),
})

const NOBODY_KNOWS = 'unknown: its function failed as a whole, by a crash, a timeout, or on purpose'
/** Clocks of queue and function differ a little. */
const SKEW_MS = 60_000

/**
 * Finds out why messages are dead. SQS moves what was received too often without a word: then the consumer's log says
 * what each attempt ran into. A consumer or EventBridge that moves one itself writes the reason on it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function explain(
  logs: CloudWatchLogsClient,
  names: Names,
  queue: DeadLetterQueue,
  messages: readonly TakenMessage[],
): Promise<readonly DeadLetter[]> {
  const [oldest] = messages
  if (!oldest) return []
  const query = { consumer: queue.owner, where: '$.outcome = "retrying"', since: oldest.sentAt - SKEW_MS }
  const attempts = Map.groupBy(
    queue.kind === 'failed' ? await consumedLines(logs, names, query) : [],
    ({ messageId }) => messageId,
  )
  return messages.map((message) => explained(queue, message, attempts.get(message.messageId) ?? []))
}

function explained(queue: DeadLetterQueue, message: TakenMessage, lines: readonly ConsumedLine[]): DeadLetter {
  const { ERROR_CODE: code, ERROR_MESSAGE: text, RETRY_ATTEMPTS: retries } = message.attributes
  const body = Body.safeParse(parsed(message.body)).data
  const letter = {
    queue,
    message,
    event: body?.['detail-type'] ?? (body?.requestContext ? 'changes of a table' : 'not an event'),
    eventId: body?.detail?.metadata.eventId,
  }
  // The log first: what came back from here once keeps the reason that was written on it then.
  const error = lines.at(-1)?.error
  if (error) return { ...letter, why: `${error.name}: ${error.message}`, attempts: lines.length }
  if (body?.requestContext) {
    const { condition, approximateInvokeCount } = body.requestContext
    return { ...letter, why: condition, attempts: approximateInvokeCount }
  }
  if (code === undefined) return { ...letter, why: NOBODY_KNOWS, attempts: undefined }
  return { ...letter, why: `${code}: ${text ?? ''}`, attempts: Number(retries ?? 0) + 1 }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')

/** For people: a row for each consumer, event and reason. */
export function describeLetters(letters: readonly DeadLetter[]): string {
  const groups = Map.groupBy(letters, ({ queue, event, why }) => JSON.stringify([queue.name, event, why]))
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group
    const times = group.map(({ message }) => message.sentAt)
    return first
      ? [
          [
            first.queue.owner,
            group.length,
            first.event,
            iso(Math.min(...times)),
            iso(Math.max(...times)),
            first.queue.kind === 'undelivered' ? `not delivered: ${first.why}` : first.why,
          ],
        ]
      : []
  })
  return table(['consumer', 'messages', 'event', 'first', 'last', 'why'], rows)
}

/** For people: all that is known of one; `whole` adds the message itself. */
export function describeLetter({ message, queue, event, eventId, why, attempts }: DeadLetter, whole: boolean): string {
  const fields = {
    event: eventId === undefined ? event : `${event} ${eventId}`,
    since: iso(message.sentAt),
    attempts: attempts === undefined ? 'unknown' : String(attempts),
    why,
    queue: queue.name,
  }
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(8)}  ${value}\n`)
  const body = whole ? `\n${pretty(message.body)}\n` : ''
  return `${message.messageId}\n${lines.join('')}${body}`
}

const pretty = (body: string): string => JSON.stringify(parsed(body), null, 2) ?? body
