import * as z from 'zod'
import type { Mishap, Mishaps } from '../../chaos.ts'
import type { Attempts } from '../attempts.ts'
import type { CloudContext } from '../engine.ts'
import type { Outcome, Settlement } from '../eventbridge/index.ts'
import { eventIdIn, identityOf } from '../identity.ts'
import type { Invocation } from '../lambda/index.ts'
import { parsed } from '../parsed.ts'
import type { Message, Sqs } from '../sqs.ts'
import { batchSizeOf, errorOf, type Functions, failedItems, type Mapping, type Reader } from './mapping.ts'
import { runningWork } from './running.ts'

interface Dependencies {
  readonly context: CloudContext
  readonly sqs: Sqs
  readonly lambda: Functions
  readonly report: (settlement: Settlement) => void
  readonly attempts: Attempts
  /** What befalls a function's attempts; nothing if not given. */
  readonly mishaps: Mishaps | undefined
}

/** More would only wait for a core. */
const MOST_CONCURRENCY = 4
/**
 * Messages batch better while they wait than another environment could serve them, which would take its time from the
 * same cores: so the next one begins only where one is held up.
 */
const HELD_UP_MS = 250

/**
 * Hands a queue's messages to a function as Lambda does: deletes those that it managed, and leaves the others to come
 * back when their visibility timeout ends. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function queueReader(
  mapping: Mapping,
  { context, sqs, lambda, report, attempts, mishaps }: Dependencies,
): Reader {
  const { EventSourceArn: queueArn, FunctionName: name } = mapping
  const batchSize = batchSizeOf(mapping)
  const windowMs = mapping.MaximumBatchingWindowInSeconds * 1000
  const concurrency = Math.min(mapping.ScalingConfig?.MaximumConcurrency ?? MOST_CONCURRENCY, MOST_CONCURRENCY)
  const running = runningWork()
  let gathered: readonly Message[] = []
  let window: NodeJS.Timeout | undefined
  let heldUp: NodeJS.Timeout | undefined
  let begunAt = 0
  let isReading = false
  let isOver = false
  let unsubscribe: (() => void) | undefined

  const mayBegin = (): boolean =>
    isReading && running.size() < concurrency && (running.size() === 0 || performance.now() - begunAt >= HELD_UP_MS)

  /** Begins as many invocations as there are messages and leave for. */
  function read(): void {
    while (mayBegin()) {
      gathered = [...gathered, ...sqs.receive(queueArn, batchSize - gathered.length)]
      if (gathered.length === 0) return
      if (gathered.length < batchSize && windowMs > 0) {
        window ??= setTimeout(begin, windowMs)
        return
      }
      begin()
    }
  }

  function begin(): void {
    clearTimeout(window)
    window = undefined
    const messages = gathered
    gathered = []
    begunAt = performance.now()
    clearTimeout(heldUp)
    heldUp = setTimeout(read, HELD_UP_MS + 1)
    running.add(
      work(messages).catch((error: unknown) =>
        context.warn(`${name} could not be given messages: ${error instanceof Error ? error.message : error}`),
      ),
    )
  }

  async function work(messages: readonly Message[]): Promise<void> {
    // What something befalls is handed over by itself, so that it befalls nobody else.
    for (const [mishap, those] of Map.groupBy(messages, mishapOf)) {
      const invokedAt = context.now()
      const attempt = attempts.begin(those.map(aboutOf))
      const invocation = await invoke(those, mishap, attempt.traceId)
      if (isOver) return
      attempts.end(attempt, settle(those, invocation, { invokedAt, mishap }))
    }
    // Not before this one is counted out.
    setImmediate(read)
  }

  /** What befalls this attempt at a message. Those of a FIFO queue stay in order. */
  function mishapOf({ body, receiveCount, fifo }: Message): Mishap | undefined {
    if (!mishaps || fifo) return undefined
    const mostAttempts = sqs.maxReceiveCount(queueArn)
    return mishaps({ about: identityOf(body), functionName: name, attempt: receiveCount, mostAttempts })
  }

  /** What an attempt at a message is about: others do their work for the same event. */
  const aboutOf = ({ messageId, body }: Message): string => `${name} ${eventIdIn(body) ?? messageId}`

  async function invoke(
    messages: readonly Message[],
    mishap: Mishap | undefined,
    traceId: string,
  ): Promise<Invocation> {
    const Records = messages.map((message) => recordOf(message, queueArn, context.region))
    try {
      return await lambda.invoke(name, JSON.stringify({ Records }), { mishap, traceId })
    } catch (error) {
      // Throttled, or not there: to the messages it is the same.
      return { payload: '', functionError: error instanceof Error ? error.message : String(error), log: [] }
    }
  }

  /** Answers what is done with. */
  function settle(messages: readonly Message[], invocation: Invocation, { invokedAt, mishap }: Course): string[] {
    const returnedAt = context.now()
    const failed = failedItems(
      invocation,
      mapping,
      messages.map(({ messageId }) => messageId),
    )
    const told = outcomesIn(invocation.log)
    const isAgain = mishap?.kind === 'again'
    const reason = isAgain ? 'Handed out again on purpose, though it was done' : errorOf(invocation)
    const done: string[] = []
    for (const message of messages) {
      const { messageId, receiptHandle, receiveCount, body } = message
      const said = told.get(messageId)
      const outcome = outcomeOf(isAgain || failed.has(messageId), said?.outcome)
      const error = said?.error ?? reason
      // Reported before it is deleted: after a kill in between it is consumed again, and is a duplicate.
      report({
        queueArn,
        messageId,
        outcome,
        attempts: receiveCount,
        ms: said?.ms ?? returnedAt - invokedAt,
        invokedAt,
        endedAt: said?.endedAt ?? returnedAt,
        body,
        ...(error === undefined ? {} : { error }),
      })
      if (outcome !== 'retrying') {
        sqs.delete(queueArn, receiptHandle)
        done.push(aboutOf(message))
      } else if (mishap && mishap.kind !== 'slow') sqs.changeVisibility(queueArn, receiptHandle, mishap.ms / 1000)
    }
    return done
  }

  function endReading(): void {
    isReading = false
    unsubscribe?.()
    clearTimeout(window)
    clearTimeout(heldUp)
    for (const { receiptHandle } of gathered) sqs.changeVisibility(queueArn, receiptHandle, 0)
    gathered = []
  }

  return {
    start() {
      isReading = true
      lambda.runInBackground(name)
      sqs.releaseInFlight(queueArn, lambda.timeoutSeconds(name))
      unsubscribe = sqs.onVisible(queueArn, read)
    },
    async drain() {
      endReading()
      await running.ended()
    },
    async stop() {
      endReading()
      await running.endedOrLate()
      isOver = true
    },
  }
}

/** How an invocation went, beside what came of it. */
interface Course {
  /** Epoch milliseconds. */
  readonly invokedAt: number
  readonly mishap: Mishap | undefined
}

/** A batch that failed as a whole is retried as a whole, whatever the function had said of one message by then. */
function outcomeOf(hasFailed: boolean, said: Outcome | undefined): Outcome {
  if (hasFailed) return 'retrying'
  return said === undefined || said === 'retrying' ? 'processed' : said
}

const Line = z.object({
  message: z.literal('consumed'),
  messageId: z.string(),
  outcome: z.enum(['processed', 'duplicate', 'retrying', 'dead']),
  ms: z.number(),
  timestamp: z.iso.datetime().transform(Date.parse).optional(),
  error: z.object({ name: z.string(), message: z.string() }).optional(),
})

interface Said {
  readonly outcome: Outcome
  readonly ms: number
  readonly endedAt: number | undefined
  readonly error?: string
}

/** What a function's log says of single messages. */
function outcomesIn(log: readonly string[]): ReadonlyMap<string, Said> {
  const outcomes = new Map<string, Said>()
  for (const text of log) {
    if (!text.includes('"consumed"')) continue
    const line = Line.safeParse(parsed(text)).data
    if (!line) continue
    const { messageId, outcome, ms, timestamp: endedAt, error } = line
    outcomes.set(messageId, { outcome, ms, endedAt, ...(error ? { error: `${error.name}: ${error.message}` } : {}) })
  }
  return outcomes
}

const recordOf = (message: Message, eventSourceARN: string, awsRegion: string) => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    ...(message.fifo
      ? {
          SequenceNumber: message.fifo.sequenceNumber,
          MessageGroupId: message.fifo.groupId,
          MessageDeduplicationId: message.fifo.deduplicationId,
        }
      : {}),
    SenderId: '000000000000',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.messageAttributes).map(([key, { DataType, StringValue, BinaryValue }]) => [
      key,
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
  eventSourceARN,
  awsRegion,
})
