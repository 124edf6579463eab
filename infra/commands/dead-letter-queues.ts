import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Names } from '../names.ts'

/**
 * A queue of dead letters, and how they got there: `failed`: the consumer could not do them; `undelivered`: EventBridge
 * could not hand them over; `stream`: a function that follows a table gave up on changes, of which these are notices.
 */
export interface DeadLetterQueue {
  readonly owner: string
  readonly kind: 'failed' | 'undelivered' | 'stream'
  readonly name: string
  readonly url: string
}

/** A message that is hidden from everybody else for a moment. */
export interface TakenMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** Epoch milliseconds. */
  readonly sentAt: number
  /** The attributes that hold text. */
  readonly attributes: Readonly<Record<string, string>>
}

/** For so long nobody else sees what is being looked at, should this program be killed meanwhile. */
const HIDDEN_SECONDS = 30
/** So many are looked at; more would be more than anybody reads. */
const MOST = 1000
/** What SQS takes in one call. */
const BATCH = 10

/** Those of the owners' dead-letter queues that exist. What the other functions take, only their queues tell. */
export async function deadLetterQueues(
  sqs: SQSClient,
  names: Names,
  { consumers, others }: { readonly consumers: readonly string[]; readonly others: readonly string[] },
): Promise<readonly DeadLetterQueue[]> {
  const queues = await Promise.all(others.map((owner) => queueUrl(sqs, names.queue(owner))))
  const wanted = [
    ...[...consumers, ...others.filter((_, index) => queues[index] !== undefined)].flatMap((owner) => [
      { owner, kind: 'failed' as const, name: names.deadLetters(owner) },
      { owner, kind: 'undelivered' as const, name: names.queue(`${owner}-undelivered`) },
    ]),
    ...others
      .filter((_, index) => queues[index] === undefined)
      .map((owner) => ({ owner, kind: 'stream' as const, name: names.deadLetters(owner) })),
  ]
  const found = await Promise.all(
    wanted.map(async (queue) => {
      const url = await queueUrl(sqs, queue.name)
      return url === undefined ? [] : [{ ...queue, url }]
    }),
  )
  return found.flat()
}

/** `undefined` if there is no such queue. */
export async function queueUrl(sqs: SQSClient, QueueName: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined
    throw error
  }
}

/**
 * Hands over what is in a queue, up to a thousand messages, and hides it for half a minute: give back by `release` what
 * is to stay. The count that SQS gives may be a minute old. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export async function take(sqs: SQSClient, { url: QueueUrl }: DeadLetterQueue): Promise<readonly TakenMessage[]> {
  const counted = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  const wanted = Math.min(MOST, Number(counted.Attributes?.ApproximateNumberOfMessages ?? 0))
  const taken = new Map<string, TakenMessage>()
  while (taken.size < wanted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        // Asks all of SQS's servers, and not only some.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) break
    for (const message of Messages.map(takenMessage)) taken.set(message.messageId, message)
  }
  return [...taken.values()].sort((a, b) => a.sentAt - b.sentAt)
}

const takenMessage = (message: Message): TakenMessage => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  sentAt: Number(message.Attributes?.SentTimestamp),
  attributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
})

/** Makes messages visible to everybody again, at once. */
export async function release(
  sqs: SQSClient,
  { url: QueueUrl }: DeadLetterQueue,
  messages: readonly TakenMessage[],
): Promise<void> {
  for (const batch of batches(messages)) {
    const Entries = batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 }))
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
  }
}

/** Deletes messages for good. Answers how many of them it could. */
export async function remove(
  sqs: SQSClient,
  { url: QueueUrl }: DeadLetterQueue,
  messages: readonly TakenMessage[],
): Promise<number> {
  let deleted = 0
  for (const batch of batches(messages)) {
    const { Successful = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [...batch] }))
    deleted += Successful.length
  }
  return deleted
}

const batches = (messages: readonly TakenMessage[]) =>
  Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index) =>
    messages
      .slice(index * BATCH, (index + 1) * BATCH)
      .map(({ receiptHandle }, entry) => ({ Id: String(entry), ReceiptHandle: receiptHandle })),
  )
