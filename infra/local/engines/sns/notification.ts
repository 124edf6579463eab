import type { MessageAttribute, SnsMessage } from './message.ts'
import type { Subscription } from './subscriptions.ts'

/** A message that a topic has accepted. */
export interface Notification extends SnsMessage {
  readonly messageId: string
  readonly topicArn: string
  /** ISO 8601. */
  readonly publishedAt: string
}

/** The text for a subscription of this protocol. */
export const bodyFor = ({ body, byProtocol }: SnsMessage, protocol: string): string => byProtocol[protocol] ?? body

/** Ends a subscription when it is opened. */
export const unsubscribeUrl = (endpoint: string, { arn }: Subscription): string =>
  `${endpoint}/?${new URLSearchParams({ Action: 'Unsubscribe', SubscriptionArn: arn })}`

/**
 * The JSON text that queues get. Nobody here can check a signature, so there is none.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export const envelope = (notification: Notification, subscription: Subscription, endpoint: string): string => {
  const { messageId, topicArn, subject, attributes, publishedAt } = notification
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject,
    Message: bodyFor(notification, subscription.protocol),
    Timestamp: publishedAt,
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertURL: `${endpoint}/SimpleNotificationService.pem`,
    UnsubscribeURL: unsubscribeUrl(endpoint, subscription),
    MessageAttributes: Object.keys(attributes).length > 0 ? attributesOf(attributes) : undefined,
  })
}

/** The event that a function gets. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const lambdaEvent = (notification: Notification, subscription: Subscription, endpoint: string): string => {
  const { messageId, topicArn, subject = null, attributes, publishedAt } = notification
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topicArn,
      Subject: subject,
      Message: bodyFor(notification, 'lambda'),
      Timestamp: publishedAt,
      SignatureVersion: '1',
      Signature: 'EXAMPLE',
      SigningCertUrl: `${endpoint}/SimpleNotificationService.pem`,
      UnsubscribeUrl: unsubscribeUrl(endpoint, subscription),
      MessageAttributes: attributesOf(attributes),
    },
  }
  return JSON.stringify({ Records: [record] })
}

const attributesOf = (attributes: Readonly<Record<string, MessageAttribute>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  )
