import { Duration } from 'aws-cdk-lib'
import { CfnRule, type CfnRuleProps } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { deadLetterQueue } from './queue.ts'

interface RuleProps extends Omit<CfnRuleProps, 'targets'> {
  /** The name of the queue for what cannot be handed over. */
  readonly undelivered: string
}

/**
 * Fills a queue with the events that a rule takes. What EventBridge cannot hand to it for a day goes to the queue
 * `undelivered`. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function fill(scope: Construct, queue: Queue, { undelivered: name, ...rule }: RuleProps): void {
  const undelivered = deadLetterQueue(scope, 'Undelivered', name)
  const { attrArn } = new CfnRule(scope, 'Rule', {
    ...rule,
    targets: [
      {
        id: 'queue',
        arn: queue.queueArn,
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: undelivered.queueArn },
      },
    ],
  })
  for (const target of [queue, undelivered]) {
    target.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [target.queueArn],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        conditions: { ArnEquals: { 'aws:SourceArn': attrArn } },
      }),
    )
  }
}
