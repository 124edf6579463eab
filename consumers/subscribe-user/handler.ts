import { FilterPolicyLimitExceededException, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { consume, UnprocessableEvent } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { consumer } from './consumer.ts'

const sns = new SNSClient({})

export const handler = consume(consumer, {
  UserConfirmed: async ({ data: { userId, email } }) => {
    const subscribe = new SubscribeCommand({
      TopicArn: variable('TOPIC_ARN'),
      Protocol: 'email',
      Endpoint: email,
      // Without it everybody would get everybody's messages.
      // https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
      Attributes: { FilterPolicyScope: 'MessageAttributes', FilterPolicy: JSON.stringify({ userId: [userId] }) },
    })
    try {
      await sns.send(subscribe)
    } catch (error) {
      if (!(error instanceof FilterPolicyLimitExceededException)) throw error
      // Somebody has to ask AWS first: no retry of ours waits for so long.
      // https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
      throw new UnprocessableEvent('The topic has as many filter policies as it may: raise that quota, then redrive')
    }
  },
})
