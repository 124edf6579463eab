import type { AwsRequest, CloudContext, Engine } from './engine.ts'
import type { Fauxqs } from './fauxqs.ts'
import type { Lambda } from './lambda/index.ts'
import { queryService } from './query-service.ts'
import type { Mail } from './ses.ts'
import { publishActions, subscriptionActions } from './sns/actions.ts'
import { deadLetterQueueOf } from './sns/attributes.ts'
import { type TopicDesk, topicDesk } from './sns/desk.ts'
import { confirmationMail } from './sns/mails.ts'
import { isBrowser, page } from './sns/pages.ts'
import { createPublisher, type Undeliverable } from './sns/publish.ts'
import { createResources } from './sns/resources.ts'
import { openSubscriptions } from './sns/subscriptions.ts'
import { topicActions } from './sns/topics.ts'
import type { Sqs } from './sqs.ts'

export interface Sns extends Engine {
  /** Publishes a text; answers the message's id, with everything on disk. Throws `NotFound` if there is no such topic. */
  readonly publish: (topicArn: string, text: string) => string
  /** For people. */
  readonly desk: TopicDesk
}

interface Dependencies {
  readonly fauxqs: Fauxqs
  readonly sqs: Pick<Sqs, 'send' | 'exists'>
  readonly functions: Pick<Lambda, 'exists' | 'invokeLater'>
  /** Puts a mail or a text message into the inbox; `request` is the call that sends it, if one does. */
  readonly sendMail: (mail: Mail, request?: AwsRequest) => unknown
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/'

/**
 * SNS: topics that deliver to queues, functions, mail addresses and phones. Topics and subscriptions are fauxqs's; it
 * knows no mail, no phone, no function and not all of a filter policy, so what is done with them is our own.
 * https://docs.aws.amazon.com/sns/latest/api/welcome.html
 */
export function createSns(context: CloudContext, { fauxqs, sqs, functions, sendMail }: Dependencies): Sns {
  const subscriptions = openSubscriptions(context, fauxqs, {
    queueExists: sqs.exists,
    ask: (subscription, token, request) =>
      sendMail(
        confirmationMail(subscriptions.topic(subscription.topicArn), subscription, token, context.endpoint),
        request,
      ),
  })

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html */
  const undeliverable: Undeliverable = ({ arn, attributes }, body, reason) => {
    const queue = deadLetterQueueOf(attributes)
    if (queue !== undefined && sqs.exists(queue)) sqs.send(queue, body)
    else context.warn(`SNS could not deliver to ${arn} (${reason}), and there is no dead-letter queue: it is dropped.`)
  }

  const publisher = createPublisher(context, { subscriptions, sqs, functions, sendMail, undeliverable })
  const resources = createResources(context, fauxqs, subscriptions)
  const api = queryService(NAMESPACE, {
    ...topicActions(context, fauxqs, subscriptions),
    ...subscriptionActions(context, subscriptions),
    ...publishActions(publisher),
  })

  return {
    resources: resources.types,
    services: {
      sns: async (request) => {
        const answer = await api(request)
        return isBrowser(request) ? page(request, answer) : answer
      },
    },
    start: resources.sweep,
    publish: (topicArn, text) => publisher.publish(topicArn, { body: text, byProtocol: {}, attributes: {} }).messageId,
    desk: topicDesk(context, fauxqs, subscriptions, publisher),
  }
}
