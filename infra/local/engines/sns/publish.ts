import { randomUUID } from 'node:crypto'
import type { AwsRequest, CloudContext } from '../engine.ts'
import type { Lambda } from '../lambda/index.ts'
import type { Mail } from '../ses.ts'
import type { Sqs } from '../sqs.ts'
import { filterable } from './filter.ts'
import { notificationMail, smsMail } from './mails.ts'
import type { SnsMessage } from './message.ts'
import { bodyFor, envelope, lambdaEvent, type Notification } from './notification.ts'
import type { Subscription, Subscriptions, Topic } from './subscriptions.ts'

interface Parts {
  readonly subscriptions: Subscriptions
  readonly sqs: Pick<Sqs, 'send' | 'exists'>
  readonly functions: Pick<Lambda, 'exists' | 'invokeLater'>
  readonly sendMail: (mail: Mail, request?: AwsRequest) => unknown
  readonly undeliverable: Undeliverable
}

/** Takes a message that its subscription's endpoint will never take. */
export type Undeliverable = (subscription: Subscription, body: string, reason: string) => void

interface Published {
  readonly messageId: string
  readonly takers: readonly Subscription[]
}

export type Publisher = ReturnType<typeof createPublisher>

/** Hands a topic's messages to its subscriptions. */
export function createPublisher(
  { endpoint, now }: CloudContext,
  { subscriptions, sqs, functions, sendMail, undeliverable }: Parts,
) {
  function deliver(topic: Topic, subscription: Subscription, notification: Notification): void {
    const { protocol, endpoint: address } = subscription
    if (protocol === 'sqs') toQueue(subscription, notification)
    else if (protocol === 'lambda') toFunction(subscription, notification)
    else if (protocol === 'sms') sendMail(smsMail(address, bodyFor(notification, 'sms'), notification.attributes))
    else sendMail(notificationMail(topic, subscription, notification, endpoint))
  }

  function toQueue(subscription: Subscription, notification: Notification): void {
    const isRaw = subscription.attributes.RawMessageDelivery === 'true'
    const body = isRaw ? bodyFor(notification, 'sqs') : envelope(notification, subscription, endpoint)
    if (sqs.exists(subscription.endpoint)) sqs.send(subscription.endpoint, body, isRaw ? notification.attributes : {})
    else undeliverable(subscription, body, `The queue ${subscription.endpoint} does not exist`)
  }

  function toFunction(subscription: Subscription, notification: Notification): void {
    const { endpoint: functionArn } = subscription
    if (functions.exists(functionArn))
      functions.invokeLater(functionArn, lambdaEvent(notification, subscription, endpoint))
    else
      undeliverable(
        subscription,
        envelope(notification, subscription, endpoint),
        `The function ${functionArn} does not exist`,
      )
  }

  return {
    /**
     * Answers the message's id and the subscriptions that it was handed to; everything that is to become of it is on disk
     * then. Throws `NotFound`.
     */
    publish(topicArn: string, message: SnsMessage): Published {
      const topic = subscriptions.topic(topicArn)
      const messageId = randomUUID()
      const publishedAt = new Date(now()).toISOString()
      const notification = { ...message, messageId, topicArn, publishedAt }
      const passes = filterable(message.body, message.attributes)
      const takers = subscriptions
        .of(topic.arn)
        .filter((subscription) => subscription.confirmed && passes(subscriptions.filter(subscription)))
      for (const subscription of takers) deliver(topic, subscription, notification)
      return { messageId, takers }
    },

    /** Sends a text message to one phone; answers its id. */
    text(phone: string, { body, byProtocol, attributes }: SnsMessage, request: AwsRequest): string {
      sendMail(smsMail(phone, byProtocol.sms ?? body, attributes), request)
      return randomUUID()
    },
  }
}
