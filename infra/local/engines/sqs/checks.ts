import * as z from 'zod'
import { AwsError } from '../engine.ts'

/** What fauxqs takes unseen, so far as SQS looks at it. */
const Input = z.looseObject({
  QueueName: z.string().optional(),
  AttributeNames: z.array(z.string()).default([]),
  Attributes: z.record(z.string(), z.string()).default({}),
  ReceiptHandle: z.string().optional(),
})
type Input = z.output<typeof Input>

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'ContentBasedDeduplication',
  'CreatedTimestamp',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
])

const RedrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
})

/**
 * What is wrong with a call though fauxqs would take it. `exists` tells whether there is a queue of that ARN.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function problemOf(operation: string, body: Buffer, exists: (arn: string) => boolean): AwsError | undefined {
  const check = Object.hasOwn(CHECKS, operation) ? CHECKS[operation] : undefined
  const { data } = check ? Input.safeParse(jsonIn(body)) : {}
  return check && data ? check(data, exists) : undefined
}

type Check = (input: Input, exists: (arn: string) => boolean) => AwsError | undefined

const redrivePolicy: Check = ({ Attributes: { RedrivePolicy: policy = '' } }, exists) => {
  if (policy === '') return undefined
  const { data } = RedrivePolicy.safeParse(jsonIn(Buffer.from(policy)))
  const invalid = (reason: string) =>
    problem('InvalidParameterValue', `Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`)
  if (!data) return invalid('Redrive policy needs a deadLetterTargetArn and a maxReceiveCount between 1 and 1000.')
  return exists(data.deadLetterTargetArn) ? undefined : invalid('Dead letter target does not exist.')
}

const receiptHandle: Check = ({ ReceiptHandle: handle }) =>
  handle === undefined || z.uuid().safeParse(handle).success
    ? undefined
    : problem('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)

const CHECKS: Readonly<Record<string, Check>> = {
  CreateQueue: (input, exists) =>
    input.QueueName === undefined || /^(?:[\w-]{1,80}|[\w-]{1,75}\.fifo)$/.test(input.QueueName)
      ? redrivePolicy(input, exists)
      : problem(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        ),
  SetQueueAttributes: redrivePolicy,
  GetQueueAttributes: ({ AttributeNames }) => {
    const unknown = AttributeNames.find((name) => !ATTRIBUTES.has(name))
    return unknown === undefined ? undefined : problem('InvalidAttributeName', `Unknown Attribute ${unknown}.`)
  },
  DeleteMessage: receiptHandle,
  ChangeMessageVisibility: receiptHandle,
}

const problem = (name: string, message: string): AwsError => new AwsError(`com.amazonaws.sqs#${name}`, message)

/** `undefined` for what is no JSON: somebody else says so. */
function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
