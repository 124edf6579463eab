import * as z from 'zod'
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type CloudContext,
  type Engine,
  type Resource,
  resourceType,
} from './engine.ts'
import { type Fauxqs, type SqsQueue, SqsStore } from './fauxqs.ts'
import { jsonError, jsonService } from './json-service.ts'
import { problemOf } from './sqs/checks.ts'
import { type QueueDesk, queueDesk } from './sqs/desk.ts'
import { errorIn, withOlderCode } from './sqs/errors.ts'
import { moveTasks } from './sqs/move-tasks.ts'
import { withQueryProtocol } from './sqs/query-protocol.ts'
import { type Watch, watch } from './sqs/watch.ts'

export interface Message {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly md5OfBody: string
  /** How often it has been received, this time included. */
  readonly receiveCount: number
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  readonly firstReceivedAt: number
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>
  /** Of a FIFO queue's message. */
  readonly fifo?: { readonly groupId: string; readonly deduplicationId: string; readonly sequenceNumber: string }
}

interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  /** In base64. */
  readonly BinaryValue?: string
}

/** What other engines do with queues: without HTTP, in microseconds, and on disk when it returns. */
export interface Sqs extends Engine {
  /** A text among `attributes` becomes a message attribute of type String. Throws `AwsError` if there is no such queue. */
  readonly send: (
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string | MessageAttribute>>,
  ) => { readonly messageId: string }
  /** What is visible now, up to `max` messages, which may be more than ten. */
  readonly receive: (queueArn: string, max: number) => readonly Message[]
  readonly delete: (queueArn: string, receiptHandle: string) => void
  readonly changeVisibility: (queueArn: string, receiptHandle: string, seconds: number) => void
  /**
   * Calls `wake` whenever a message may have become visible (new, delayed and now due, visibility timeout over), and
   * at once if one is. Returns how to stop it.
   */
  readonly onVisible: (queueArn: string, wake: () => void) => () => void
  /** A message went to the dead-letter queue because it was received too often. */
  readonly onDeadLettered: (listener: (queueArn: string, messageId: string) => void) => void
  readonly exists: (queueArn: string) => boolean
  /** Seconds for which a received message is hidden. */
  readonly visibilityTimeout: (queueArn: string) => number
  /** How often a message is received before it is a dead letter; `Infinity` where there are none. */
  readonly maxReceiveCount: (queueArn: string) => number
  /**
   * After a restart: messages that were being worked on when the process died become visible `seconds` after they had
   * been received, because whoever held them is dead by then, and not only at the end of their visibility timeout. Nor is
   * that counted as an attempt: on AWS nothing ends all functions at once, here each SIGKILL does, and a handful of them
   * would make dead letters of messages that nothing is wrong with.
   */
  readonly releaseInFlight: (queueArn: string, seconds: number) => void
  readonly desk: QueueDesk
}

/** SQS, on fauxqs. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html */
export function createSqs(context: CloudContext, fauxqs: Fauxqs): Sqs {
  const { sqsStore } = fauxqs
  const watches = new Map<SqsQueue, Watch>()
  const tasks = moveTasks(fauxqs, context.now)
  const ownOperations = jsonService('1.0', tasks.operations)
  const heldSince = receivedBefore(sqsStore)
  const deadLetterTarget = (arn: string) => sqsStore.getQueueByArn(arn)

  function queueOf(arn: string): SqsQueue {
    const queue = sqsStore.getQueueByArn(arn)
    if (!queue) throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', `The queue ${arn} does not exist.`)
    return queue
  }

  function watchOf(queue: SqsQueue): Watch {
    const known = watches.get(queue)
    if (known) return known
    const created = watch(queue)
    watches.set(queue, created)
    return created
  }

  const sqs: Omit<Sqs, keyof Engine | 'desk'> = {
    send(queueArn, body, attributes = {}) {
      const queue = queueOf(queueArn)
      if (queue.isFifo())
        throw new AwsError('MissingParameter', `${queue.name} is a FIFO queue: the message needs a MessageGroupId.`)
      const delay = Number(queue.attributes.DelaySeconds)
      const message = SqsStore.createMessage(body, messageAttributes(attributes), delay > 0 ? delay : undefined)
      queue.enqueue(message)
      return { messageId: message.messageId }
    },

    receive(queueArn, max) {
      const queue = queueOf(queueArn)
      const received: Message[] = []
      while (received.length < max) {
        const batch = queue.dequeue(max - received.length, undefined, deadLetterTarget)
        if (batch.length === 0) break
        for (const { ReceiptHandle } of batch) received.push(messageOf(queue, ReceiptHandle))
      }
      return received
    },

    delete(queueArn, receiptHandle) {
      queueOf(queueArn).deleteMessage(receiptHandle)
    },

    changeVisibility(queueArn, receiptHandle, seconds) {
      queueOf(queueArn).changeVisibility(receiptHandle, seconds)
    },

    onVisible: (queueArn, wake) => watchOf(queueOf(queueArn)).subscribe(wake),

    onDeadLettered(listener) {
      fauxqs.onDeadLettered((queueName, messageId) => {
        const queue = sqsStore.getQueueByName(queueName)
        if (queue) listener(queue.arn, messageId)
      })
    },

    exists: (queueArn) => sqsStore.getQueueByArn(queueArn) !== undefined,

    visibilityTimeout: (queueArn) => Number(queueOf(queueArn).attributes.VisibilityTimeout),

    maxReceiveCount(queueArn) {
      const { RedrivePolicy } = queueOf(queueArn).attributes
      return RedrivePolicy ? Redrive.parse(JSON.parse(RedrivePolicy)).maxReceiveCount : Number.POSITIVE_INFINITY
    },

    releaseInFlight(queueArn, seconds) {
      const queue = queueOf(queueArn)
      for (const [receiptHandle, entry] of queue.inflightMessages) {
        const receivedAt = heldSince.get(receiptHandle)
        if (receivedAt === undefined) continue
        heldSince.delete(receiptHandle)
        entry.visibilityDeadline = Math.min(entry.visibilityDeadline, receivedAt + seconds * 1000)
        // Not on disk, where the next reception writes it: a process that dies before that has nothing subtracted twice.
        entry.message.approximateReceiveCount--
      }
      watchOf(queue).refresh()
    },
  }

  async function serve(request: AwsRequest): Promise<AwsResponse> {
    const [, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
    const problem = problemOf(name, request.body, sqs.exists)
    if (problem) return jsonError('1.0', problem)
    if (Object.hasOwn(tasks.operations, name)) return ownOperations(request)
    const answer = await fauxqs.inject(request)
    // What neither knows is told in the words of the other services.
    return errorIn(answer)?.code === 'InvalidAction' ? ownOperations(request) : answer
  }

  function provision({ stack, logicalId, properties }: Resource<z.output<typeof QueueProperties>>) {
    const name = properties.QueueName ?? `${stack}-${logicalId}${properties.FifoQueue ? '.fifo' : ''}`
    if (name.endsWith('.fifo') !== (properties.FifoQueue ?? false))
      throw new Error(`The name of a FIFO queue, and of no other, ends in .fifo: ${name}`)
    const arn = `arn:aws:sqs:${context.region}:${context.account}:${name}`
    const wanted = attributesOf(properties)
    const queue = sqsStore.getQueueByArn(arn) ?? sqsStore.createQueue(name, '', arn, wanted)
    if (Object.entries(wanted).some(([key, value]) => (queue.attributes[key] ?? '') !== value))
      queue.setAttributes(wanted)
    return { ref: queue.url, attributes: { Arn: arn, QueueName: name, QueueUrl: queue.url } }
  }

  return {
    ...sqs,
    desk: queueDesk(fauxqs),
    resources: {
      'AWS::SQS::Queue': resourceType({ properties: QueueProperties, provision }),
      'AWS::SQS::QueuePolicy': resourceType({
        properties: QueuePolicyProperties,
        provision: ({ stack, logicalId }) => ({ ref: `${stack}-${logicalId}` }),
      }),
    },
    services: {
      sqs: withQueryProtocol(async (request) => withOlderCode(await serve(request))),
    },
    stop() {
      tasks.stop()
      for (const each of watches.values()) each.close()
    },
  }
}

/** When the messages that are in flight at the start had been received: receipt handle to milliseconds since the epoch. */
function receivedBefore(store: SqsStore): Map<string, number> {
  const handles = new Map<string, number>()
  for (const { inflightMessages, attributes } of store.allQueues())
    for (const { receiptHandle, visibilityDeadline } of inflightMessages.values())
      handles.set(receiptHandle, visibilityDeadline - Number(attributes.VisibilityTimeout) * 1000)
  return handles
}

function messageOf(queue: SqsQueue, receiptHandle: string): Message {
  const message = queue.inflightMessages.get(receiptHandle)?.message
  if (!message) throw new Error(`${queue.name} forgot a message that it had just handed out`)
  const { messageGroupId, messageDeduplicationId = '', sequenceNumber = '' } = message
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    md5OfBody: message.md5OfBody,
    receiveCount: message.approximateReceiveCount,
    sentAt: message.sentTimestamp,
    firstReceivedAt: message.approximateFirstReceiveTimestamp ?? message.sentTimestamp,
    messageAttributes: message.messageAttributes,
    ...(messageGroupId === undefined
      ? {}
      : { fifo: { groupId: messageGroupId, deduplicationId: messageDeduplicationId, sequenceNumber } }),
  }
}

const messageAttributes = (
  values: Readonly<Record<string, string | MessageAttribute>>,
): Record<string, MessageAttribute> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? { DataType: 'String', StringValue: value } : value,
    ]),
  )

const ignored = z.unknown().optional()
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
/** CloudFormation takes both. */
const Flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const QueueProperties = z.strictObject({
  QueueName: z
    .string()
    .regex(/^([\w-]{1,80}|[\w-]{1,75}\.fifo)$/)
    .optional(),
  VisibilityTimeout: integer(0, 43_200).default(30),
  DelaySeconds: integer(0, 900).default(0),
  MaximumMessageSize: integer(1024, 1_048_576).default(1_048_576),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).default(0),
  /** Shown, but nothing is thrown away here: what was accepted stays until somebody takes it. */
  MessageRetentionPeriod: integer(60, 1_209_600).default(345_600),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: integer(1, 1000) }).optional(),
  FifoQueue: Flag.optional(),
  ContentBasedDeduplication: Flag.optional(),
  // Who may use it as dead-letter queue: there is one account.
  RedriveAllowPolicy: ignored,
  // Encryption at rest: the folder is the developer's own.
  KmsMasterKeyId: ignored,
  KmsDataKeyReusePeriodSeconds: ignored,
  SqsManagedSseEnabled: ignored,
  Tags: ignored,
})

/** As the API takes it, which may say the number as text. */
const Redrive = z.object({ maxReceiveCount: z.coerce.number() })

/** Rights between accounts and services; here the roles of the functions say who may do what. */
const QueuePolicyProperties = z.strictObject({ PolicyDocument: ignored, Queues: ignored })

/** All that a template can set, so that what it no longer says goes back to its default. */
const attributesOf = (properties: z.output<typeof QueueProperties>): Record<string, string> => ({
  VisibilityTimeout: String(properties.VisibilityTimeout),
  DelaySeconds: String(properties.DelaySeconds),
  MaximumMessageSize: String(properties.MaximumMessageSize),
  ReceiveMessageWaitTimeSeconds: String(properties.ReceiveMessageWaitTimeSeconds),
  MessageRetentionPeriod: String(properties.MessageRetentionPeriod),
  RedrivePolicy: properties.RedrivePolicy ? JSON.stringify(properties.RedrivePolicy) : '',
  ...(properties.FifoQueue
    ? { FifoQueue: 'true', ContentBasedDeduplication: String(properties.ContentBasedDeduplication ?? false) }
    : {}),
})
