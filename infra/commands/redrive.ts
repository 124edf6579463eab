import { setTimeout as delay } from 'node:timers/promises'
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { Mistake } from '../mistake.ts'
import type { Names } from '../names.ts'
import { type DeadLetterQueue, queueUrl, release, remove, take } from './dead-letter-queues.ts'

/**
 * Lets SQS move all that a consumer could not do back to its queue. Answers how many messages, as SQS counts them.
 * Throws a `Mistake` if SQS gives up.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export async function moveAll(sqs: SQSClient, { url, name }: DeadLetterQueue): Promise<number> {
  const query = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] })
  const SourceArn = (await sqs.send(query)).Attributes?.QueueArn
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }))
  for (let pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }))
    const { Status, FailureReason, ApproximateNumberOfMessagesMoved: moved = 0 } = Results[0] ?? {}
    if (Status === 'COMPLETED') return moved
    if (Status !== 'RUNNING')
      throw new Mistake(`SQS stopped moving ${name} after ${moved} messages: ${FailureReason ?? Status}`)
    await delay(pauseMs)
  }
}

/**
 * Sends single messages to their consumer's queue, each deleted once it is there: SQS moves all or none, and nothing
 * from a queue that EventBridge fills. Answers how many. Killed in between, one is in both: its consumer does it once.
 */
export async function sendBack(
  sqs: SQSClient,
  names: Names,
  queue: DeadLetterQueue,
  messageIds: ReadonlySet<string>,
): Promise<number> {
  const QueueUrl = await queueUrl(sqs, names.queue(queue.owner))
  if (QueueUrl === undefined) throw new Mistake(`${queue.owner} has no queue to send them to.`)
  const messages = await takeOnly(sqs, queue, messageIds)
  for (const message of messages) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: message.body }))
    await remove(sqs, queue, [message])
  }
  return messages.length
}

/** Deletes these messages for good. Answers how many were there still. */
export const drop = async (sqs: SQSClient, queue: DeadLetterQueue, messageIds: ReadonlySet<string>): Promise<number> =>
  remove(sqs, queue, await takeOnly(sqs, queue, messageIds))

async function takeOnly(sqs: SQSClient, queue: DeadLetterQueue, messageIds: ReadonlySet<string>) {
  const { wanted = [], others = [] } = Object.groupBy(await take(sqs, queue), ({ messageId }) =>
    messageIds.has(messageId) ? 'wanted' : 'others',
  )
  await release(sqs, queue, others)
  return wanted
}
