import { AwsError } from '../engine.ts'
import type { Fauxqs, SqsQueue } from '../fauxqs.ts'
import { copyFor, deadLetterTarget } from './dead-letters.ts'

type SqsMessage = SqsQueue['messages'][number]

/** What waits in a queue. */
interface Depth {
  readonly waiting: number
  /** Received and not deleted: being worked on, or hidden until the next attempt. */
  readonly inProgress: number
  readonly delayed: number
  /** When the oldest of all was sent, in milliseconds since the epoch. */
  readonly oldestSentAt: number | undefined
}

export interface StoredMessage {
  readonly messageId: string
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  readonly receiveCount: number
  /** Its message attributes that are texts. */
  readonly attributes: Readonly<Record<string, string>>
}

/** Queues as people look at them and put them in order: nothing is received, no count changes. */
export interface QueueDesk {
  readonly depth: (queueArn: string) => Depth
  /** Up to `limit`, oldest first, whether visible or not. */
  readonly messages: (queueArn: string, limit: number) => readonly StoredMessage[]
  /** The queues whose dead letters go to a queue, by that queue. */
  readonly deadLetterSources: () => ReadonlyMap<string, readonly string[]>
  /**
   * Sends these messages, as new ones, to another queue, all or none; whoever receives one at this moment keeps it.
   * Answers how many. On disk when it returns.
   */
  readonly move: (fromArn: string, toArn: string, messageIds: ReadonlySet<string>) => number
  /** Deletes these messages for good. Answers how many. */
  readonly drop: (queueArn: string, messageIds: ReadonlySet<string>) => number
}

/** Throws AwsError for a queue that there is not. */
export function queueDesk({ sqsStore, transaction }: Fauxqs): QueueDesk {
  function queueOf(arn: string): SqsQueue {
    const queue = sqsStore.getQueueByArn(arn)
    if (!queue) throw new AwsError('QueueDoesNotExist', `The queue ${arn} does not exist.`, 404)
    queue.processTimers()
    return queue
  }

  /** Takes visible messages out of a queue. */
  function take(queue: SqsQueue, messageIds: ReadonlySet<string>): readonly SqsMessage[] {
    const isWanted = ({ messageId }: SqsMessage): boolean => messageIds.has(messageId)
    const taken = visible(queue).filter(isWanted)
    queue.messages = queue.messages.filter((message) => !isWanted(message))
    for (const [group, messages] of queue.fifoMessages)
      queue.fifoMessages.set(
        group,
        messages.filter((message) => !isWanted(message)),
      )
    for (const { messageId } of taken) queue.persistence?.deleteMessage(messageId)
    return taken
  }

  return {
    depth(queueArn) {
      const queue = queueOf(queueArn)
      const oldest = stored(queue).reduce((at, { sentTimestamp }) => Math.min(at, sentTimestamp), Infinity)
      return {
        waiting: visible(queue).length,
        inProgress: queue.inflightMessages.size,
        delayed: delayed(queue).length,
        oldestSentAt: Number.isFinite(oldest) ? oldest : undefined,
      }
    },

    messages: (queueArn, limit) =>
      stored(queueOf(queueArn))
        .toSorted((a, b) => a.sentTimestamp - b.sentTimestamp)
        .slice(0, limit)
        .map(shown),

    deadLetterSources() {
      const pairs = [...sqsStore.allQueues()].flatMap((queue) => {
        const target = deadLetterTarget(queue)
        return target === undefined ? [] : [{ target, source: queue.arn }]
      })
      const groups = Map.groupBy(pairs, ({ target }) => target)
      return new Map([...groups].map(([target, group]) => [target, group.map(({ source }) => source)]))
    },

    move(fromArn, toArn, messageIds) {
      const [from, to] = [queueOf(fromArn), queueOf(toArn)]
      return transaction(() => {
        const taken = take(from, messageIds)
        for (const message of taken) to.enqueue(copyFor(to, message))
        return taken.length
      })
    },

    drop: (queueArn, messageIds) => transaction(() => take(queueOf(queueArn), messageIds).length),
  }
}

const visible = (queue: SqsQueue): readonly SqsMessage[] => [
  ...queue.messages,
  ...[...queue.fifoMessages.values()].flat(),
]
const delayed = (queue: SqsQueue): readonly SqsMessage[] => [
  ...queue.delayedMessages,
  ...[...queue.fifoDelayed.values()].flat(),
]
const stored = (queue: SqsQueue): readonly SqsMessage[] => [
  ...visible(queue),
  ...delayed(queue),
  ...[...queue.inflightMessages.values()].map(({ message }) => message),
]

const shown = (message: SqsMessage): StoredMessage => ({
  messageId: message.messageId,
  body: message.body,
  sentAt: message.sentTimestamp,
  receiveCount: message.approximateReceiveCount,
  attributes: Object.fromEntries(
    Object.entries(message.messageAttributes).flatMap(([name, { StringValue }]) =>
      StringValue === undefined ? [] : [[name, StringValue]],
    ),
  ),
})
