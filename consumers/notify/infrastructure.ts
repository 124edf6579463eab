import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.needs({ mail: true, tables: { preferences: ['GetItem'], users: ['GetItem'], meetups: ['GetItem'] } })
  // A telephone number is no resource: this allows to publish to whatever is no topic.
  consumer.handler.addToRolePolicy(
    new PolicyStatement({ actions: ['sns:Publish'], notResources: ['arn:aws:sns:*:*:*'] }),
  )
}
