import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { consume } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { consumer } from './consumer.ts'

const sns = new SNSClient({})

export const handler = consume(consumer, {
  UserConfirmed: async ({ data: { userId, email } }) => {
    await sns.send(
      new SubscribeCommand({
        TopicArn: variable('TOPIC_ARN'),
        Protocol: 'email',
        Endpoint: email,
        // Without it everybody would get everybody's messages.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
        Attributes: { FilterPolicyScope: 'MessageAttributes', FilterPolicy: JSON.stringify({ userId: [userId] }) },
      }),
    )
  },
})
