import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { accept } from './accept.ts'
import { alarm } from './alarm.ts'

/** The longest that SQS keeps a message. */
const LONGEST_RETENTION = Duration.days(14)

/** A queue for what could not be delivered or processed; an alarm tells as soon as there is anything in it. */
export function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  const queue = new Queue(scope, id, {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: LONGEST_RETENTION,
  })
  accept(queue, 'This is a dead-letter queue, though of no other queue.', 'AwsSolutions-SQS3')
  alarm(scope, id, queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }), {
    above: 0,
    tells: `There are messages in ${queueName}: see \`npm run dlq\`.`,
  })
  return queue
}

/** The queue of a consumer whose function may take `timeoutSeconds`; after five failures a message is a dead letter. */
export function workQueue(
  scope: Construct,
  queueName: string,
  { timeoutSeconds, deadLetters }: { readonly timeoutSeconds: number; readonly deadLetters: Queue },
): Queue {
  return new Queue(scope, 'Queue', {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    // Six times, as https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks.
    visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    retentionPeriod: LONGEST_RETENTION,
  })
}
