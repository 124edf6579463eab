import * as z from 'zod'
import { type CloudContext, type ResourceType, resourceType } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { physicalName } from '../physical-name.ts'
import type { Subscriptions } from './subscriptions.ts'

const ignored = z.unknown().optional()
const JsonObject = z.record(z.string(), z.unknown())

const SubscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.enum(['email', 'email-json', 'lambda', 'sms', 'sqs']),
  Endpoint: z.string(),
  FilterPolicy: JsonObject.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
  RawMessageDelivery: z.boolean().optional(),
  RedrivePolicy: JsonObject.optional(),
  // How a web server would be called, and where the topic lies: here.
  DeliveryPolicy: ignored,
  Region: ignored,
})

/**
 * The CloudFormation types of SNS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SNS.html
 */
export function createResources(
  { account, region, database }: CloudContext,
  fauxqs: Fauxqs,
  subscriptions: Subscriptions,
) {
  const { snsStore } = fauxqs
  database.exec('CREATE TABLE IF NOT EXISTS sns_of_templates (subscription TEXT PRIMARY KEY) WITHOUT ROWID')
  const remember = database.prepare('INSERT OR IGNORE INTO sns_of_templates VALUES (?)')
  const forget = database.prepare('DELETE FROM sns_of_templates WHERE subscription = ?')
  const selectAll = database.prepare('SELECT subscription FROM sns_of_templates')
  const provisioned = new Set<string>()

  /** Answers the subscription's ARN. */
  function subscribe({ TopicArn, Protocol, Endpoint, ...properties }: z.output<typeof SubscriptionProperties>): string {
    const { FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy } = properties
    const attributes = {
      ...(FilterPolicy && { FilterPolicy: JSON.stringify(FilterPolicy) }),
      ...(FilterPolicyScope && { FilterPolicyScope }),
      ...(RawMessageDelivery && { RawMessageDelivery: 'true' }),
      ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    }
    const { arn } = subscriptions.ensure(TopicArn, { protocol: Protocol, endpoint: Endpoint, attributes })
    remember.run(arn)
    provisioned.add(arn)
    return arn
  }

  const types: Readonly<Record<string, ResourceType>> = {
    'AWS::SNS::Topic': resourceType({
      properties: z.strictObject({
        TopicName: z
          .string()
          .regex(/^[\w-]{1,256}$/, 'FIFO topics are not supported locally')
          .optional(),
        DisplayName: z.string().max(100).default(''),
        Subscription: z.array(SubscriptionProperties.pick({ Protocol: true, Endpoint: true })).default([]),
        FifoTopic: z.literal(false).optional(),
        // State lies unencrypted in a folder that is the developer's own, nothing is signed, and nobody traces or labels.
        KmsMasterKeyId: ignored,
        SignatureVersion: ignored,
        TracingConfig: ignored,
        DeliveryStatusLogging: ignored,
        Tags: ignored,
      }),
      provision: (resource) => {
        const { TopicName, DisplayName, Subscription } = resource.properties
        const name = TopicName ?? physicalName(resource, 256)
        const arn = `arn:aws:sns:${region}:${account}:${name}`
        const topic = snsStore.getTopic(arn) ?? snsStore.createTopic(name, undefined, undefined, region)
        topic.attributes.DisplayName = DisplayName
        snsStore.persistence?.insertTopic(topic)
        for (const each of Subscription) subscribe({ TopicArn: arn, ...each })
        return { ref: arn, attributes: { TopicArn: arn, TopicName: name } }
      },
    }),

    'AWS::SNS::Subscription': resourceType({
      properties: SubscriptionProperties,
      provision: ({ properties }) => {
        const arn = subscribe(properties)
        return { ref: arn, attributes: { Arn: arn } }
      },
    }),

    'AWS::SNS::TopicPolicy': resourceType({
      // Who may publish: everything here is the developer's own and may.
      properties: z.strictObject({ PolicyDocument: ignored, Topics: ignored }),
      provision: ({ stack, logicalId }) => ({ ref: `${stack}-${logicalId}` }),
    }),
  }

  return {
    types,
    /** Ends the subscriptions of earlier templates that are in none any more: nobody would expect them to deliver. */
    sweep(): void {
      for (const { subscription } of z.array(z.object({ subscription: z.string() })).parse(selectAll.all())) {
        if (provisioned.has(subscription)) continue
        subscriptions.unsubscribe(subscription)
        forget.run(subscription)
      }
    },
  }
}
