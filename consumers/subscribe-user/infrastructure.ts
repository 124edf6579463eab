import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Consumer } from '../../infra/consumer-stack.ts'

/** The topic for whoever has something to tell a user: a message with the attribute `userId` reaches that user alone. */
export default function ({ stack, handler, names }: Consumer): void {
  const topic = new Topic(stack, 'Notifications', {
    topicName: names.topic,
    displayName: 'Ensemble',
    enforceSSL: true,
  })
  handler.addEnvironment('TOPIC_ARN', topic.topicArn)
  handler.addToRolePolicy(new PolicyStatement({ actions: ['sns:Subscribe'], resources: [topic.topicArn] }))
}
