import * as z from 'zod'
import type { CloudContext } from '../engine.ts'
import type { Outcome, Settlement } from '../eventbridge/index.ts'
import type { Invocation, Lambda } from '../lambda/index.ts'
import type { Message, Sqs } from '../sqs.ts'

export interface SqsSource {
  readonly queueArn: string
  readonly functionName: string
  readonly batchSize: number
  readonly concurrency: number
  readonly reportsItemFailures: boolean
}

interface Dependencies {
  readonly sqs: Sqs
  readonly lambda: Lambda
  readonly report: (settlement: Settlement) => void
}

/** A running event source. */
export interface Poller {
  /** No invocation is begun afterwards; resolves when those that run have ended. */
  readonly stop: () => Promise<void>
}

/**
 * Feeds a queue's messages to a function, as many as are there up to a batch, without waiting for more. What the
 * function does not report as failed is deleted; the rest is seen again when its visibility timeout ends.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function pollQueue(source: SqsSource, { region }: CloudContext, { sqs, lambda, report }: Dependencies): Poller {
  const { queueArn, functionName, batchSize, concurrency } = source
  const running = new Set<Promise<void>>()
  let stopped = false

  function fill(): void {
    while (!stopped && running.size < concurrency) {
      const messages = sqs.receive(queueArn, batchSize)
      if (messages.length === 0) return
      const batch = consume(messages).finally(() => {
        running.delete(batch)
        fill()
      })
      running.add(batch)
    }
  }

  async function consume(messages: readonly Message[]): Promise<void> {
    const startedAt = performance.now()
    const payload = JSON.stringify({ Records: messages.map((message) => toRecord(message, queueArn, region)) })
    const invocation = await lambda.invoke(functionName, payload).catch(throttled)
    const failed = failedMessages(messages, invocation, source.reportsItemFailures)
    const noted = notes(invocation.log)
    const ms = Math.round(performance.now() - startedAt)
    for (const { messageId, receiptHandle, receiveCount } of messages) {
      const note = noted.get(messageId)
      const outcome: Outcome = failed.has(messageId) ? 'retrying' : (note?.outcome ?? 'processed')
      const error = note?.error ?? (outcome === 'retrying' ? invocation.payload : undefined)
      // Reported before it is deleted: after a kill in between it is consumed again, and is a duplicate.
      report({ queueArn, messageId, outcome, attempts: receiveCount, ms: note?.ms ?? ms, ...(error ? { error } : {}) })
      if (outcome !== 'retrying') sqs.delete(queueArn, receiptHandle)
    }
  }

  // Whoever had messages in hand when the process died is dead once the function's timeout is over.
  sqs.releaseInFlight(queueArn, lambda.timeoutSeconds(functionName))
  const unsubscribe = sqs.onVisible(queueArn, fill)
  return {
    stop: async () => {
      stopped = true
      unsubscribe()
      await Promise.allSettled(running)
    },
  }
}

const throttled = (error: unknown): Invocation => ({
  payload: JSON.stringify({ errorMessage: error instanceof Error ? error.message : String(error) }),
  functionError: 'Throttled',
  log: [],
})

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish()

/** All of them, if the answer cannot be understood or names a message that was not in the batch. */
function failedMessages(
  messages: readonly Message[],
  { payload, functionError }: Invocation,
  reports: boolean,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId))
  if (functionError) return all
  if (!reports) return new Set()
  const response = BatchResponse.safeParse(JSON.parse(payload))
  if (!response.success) return all
  const failed = new Set((response.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier))
  return failed.isSubsetOf(all) ? failed : all
}

const Note = z.object({
  message: z.literal('consumed'),
  messageId: z.string(),
  outcome: z.enum(['processed', 'duplicate', 'retrying', 'dead']),
  ms: z.number().optional(),
  error: z.object({ name: z.string(), message: z.string() }).optional(),
})

/** What the function itself logged about each message: `{ "message": "consumed", "messageId", "outcome", … }`. */
function notes(
  log: readonly string[],
): ReadonlyMap<string, { outcome: Outcome; ms?: number | undefined; error: string | undefined }> {
  const lines = log.filter((line) => line.includes('"consumed"')).flatMap((line) => parseNote(line) ?? [])
  return new Map(
    lines.map(({ messageId, outcome, ms, error }) => [
      messageId,
      { outcome, ms, error: error && `${error.name}: ${error.message}` },
    ]),
  )
}

function parseNote(line: string): z.output<typeof Note> | undefined {
  try {
    return Note.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** A message as the function sees it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
function toRecord(message: Message, queueArn: string, region: string): object {
  const { fifo } = message
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: 'AIDALOCAL',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      ...(fifo
        ? {
            MessageGroupId: fifo.groupId,
            MessageDeduplicationId: fifo.deduplicationId,
            SequenceNumber: fifo.sequenceNumber,
          }
        : {}),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  }
}
