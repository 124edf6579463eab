import * as z from 'zod'
import { parsed } from '../engines/parsed.ts'
import type { StoredMessage } from '../engines/sqs/desk.ts'
import { type DeadLetterDeps, type DeadLetterQueue, lastPartOf } from './dead-letter-queues.ts'

/** A dead letter with what is known of why. */
export interface DeadLetter {
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  /** The event's name, or what else it is. */
  readonly event: string
  /** EventBridge's, which its record has. */
  readonly eventId: string | undefined
  readonly correlationId: string | undefined
  readonly why: string
  /** `undefined` if nobody has written that down. */
  readonly attempts: number | undefined
  /** The name of the queue that a redrive sends it to; `undefined` if there is none. */
  readonly redriveTo: string | undefined
}

const Body = z.object({
  id: z.string().optional().catch(undefined),
  'detail-type': z.string().optional(),
  detail: z
    .object({ metadata: z.object({ correlationId: z.string() }) })
    .optional()
    .catch(undefined),
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.number() }).optional().catch(undefined),
})

/**
 * Tells why a message is dead. SQS moves what was received too often without a word: then what was reported of its last
 * attempt says why. EventBridge, Lambda, or a consumer that moves one itself write the reason on it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function deadLetter(deps: DeadLetterDeps, queue: DeadLetterQueue, message: StoredMessage): DeadLetter {
  const { messageId, sentAt, attributes } = message
  const body = Body.safeParse(parsed(message.body)).data
  const destination = redriveTarget(deps, queue, message)
  return {
    messageId,
    sentAt,
    event: body?.['detail-type'] ?? (body?.requestContext ? 'changes of a table' : 'not an event'),
    eventId: body?.['detail-type'] === undefined ? undefined : body.id,
    correlationId: body?.detail?.metadata.correlationId,
    redriveTo: destination === undefined ? undefined : lastPartOf(destination),
    ...reasonOf(deps, queue, { messageId, attributes, notice: body?.requestContext }),
  }
}

interface Clues extends Pick<StoredMessage, 'messageId' | 'attributes'> {
  readonly notice: z.output<typeof Body>['requestContext']
}

function reasonOf(
  { eventBridge }: DeadLetterDeps,
  { feeds }: DeadLetterQueue,
  { messageId, attributes, notice }: Clues,
): Pick<DeadLetter, 'why' | 'attempts'> {
  // The last attempt first: what came back from here once keeps the reason that was written on it then.
  const attempt = feeds
    .filter(({ kind }) => kind === 'failed')
    .map(({ source }) => eventBridge.attempted(source, messageId))
    .find((found) => found !== undefined)
  if (attempt?.error) return { why: attempt.error, attempts: attempt.attempts }
  if (notice) return { why: notice.condition, attempts: notice.approximateInvokeCount }
  const { ERROR_CODE: code, ERROR_MESSAGE: text, RETRY_ATTEMPTS: retries } = attributes
  if (code === undefined) return { why: 'Nobody has written down why', attempts: attempt?.attempts }
  return { why: text ? `${code}: ${text}` : code, attempts: Number(retries ?? 0) + 1 }
}

/** The ARN of the queue that a dead letter came from or was meant for; `undefined` if it was none, or nobody can tell. */
export function redriveTarget(
  { sqs }: Pick<DeadLetterDeps, 'sqs'>,
  { feeds }: DeadLetterQueue,
  { attributes }: Pick<StoredMessage, 'attributes'>,
): string | undefined {
  const sources = new Set(feeds.filter(({ kind }) => kind !== 'stream').map(({ source }) => source))
  const meant = attributes.TARGET_ARN
  const [only] = sources.size === 1 ? sources : []
  const target = meant !== undefined && sources.has(meant) ? meant : only
  return target !== undefined && sqs.exists(target) ? target : undefined
}
