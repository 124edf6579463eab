import type { CloudContext } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { parseMessage } from './message.ts'
import type { Publisher } from './publish.ts'
import type { Subscription, Subscriptions, Topic } from './subscriptions.ts'

interface TopicSummary {
  readonly arn: string
  readonly name: string
  /** Of whom its mails are; nothing if it has none. */
  readonly displayName: string
  readonly confirmed: number
  readonly pending: number
}

export interface SubscriptionSummary {
  readonly arn: string
  readonly topicArn: string
  readonly protocol: string
  readonly endpoint: string
  readonly isConfirmed: boolean
  readonly isRaw: boolean
  /** JSON text; nothing if it takes everything. */
  readonly filterPolicy: string | undefined
  readonly filterPolicyScope: string
}

interface Draft {
  /** None if it is empty. */
  readonly subject: string
  readonly text: string
  /** Each with its data type: `String`, `Number`, `String.Array`. */
  readonly attributes: readonly { readonly name: string; readonly type: string; readonly value: string }[]
}

/** Topics as people look at them. What names a topic throws AwsError if there is none. */
export interface TopicDesk {
  /** In the order of their names. */
  readonly topics: () => readonly TopicSummary[]
  readonly topic: (name: string) => TopicSummary
  readonly subscriptions: () => readonly SubscriptionSummary[]
  readonly subscriptionsTo: (name: string) => readonly SubscriptionSummary[]
  /** As Publish does. Answers the message's id and the subscriptions that it was handed to. */
  readonly publish: (
    name: string,
    draft: Draft,
  ) => { readonly messageId: string; readonly takers: readonly SubscriptionSummary[] }
}

/** The topics for the console. */
export function topicDesk(
  { region, account }: CloudContext,
  { snsStore }: Fauxqs,
  subscriptions: Subscriptions,
  { publish }: Pick<Publisher, 'publish'>,
): TopicDesk {
  const arnOf = (name: string): string => `arn:aws:sns:${region}:${account}:${name}`

  function topicSummary({ arn, name, attributes }: Topic): TopicSummary {
    const all = subscriptions.of(arn)
    const confirmed = all.filter((each) => each.confirmed).length
    return { arn, name, displayName: attributes.DisplayName ?? '', confirmed, pending: all.length - confirmed }
  }

  return {
    topics: () => [...snsStore.topics.values()].map(topicSummary).sort((a, b) => (a.name < b.name ? -1 : 1)),
    topic: (name) => topicSummary(subscriptions.topic(arnOf(name))),
    subscriptions: () => [...subscriptions.all()].map(subscriptionSummary),
    subscriptionsTo: (name) => subscriptions.of(arnOf(name)).map(subscriptionSummary),
    publish(name, draft) {
      const { messageId, takers } = publish(arnOf(name), parseMessage(formOf(draft)))
      return { messageId, takers: takers.map(subscriptionSummary) }
    },
  }
}

const subscriptionSummary = ({ arn, topicArn, protocol, endpoint, confirmed, attributes }: Subscription) => ({
  ...{ arn, topicArn, protocol, endpoint },
  isConfirmed: confirmed,
  isRaw: attributes.RawMessageDelivery === 'true',
  filterPolicy: attributes.FilterPolicy || undefined,
  filterPolicyScope: attributes.FilterPolicyScope ?? 'MessageAttributes',
})

/** As a client would ask for it, so that the same is refused. */
const formOf = ({ subject, text, attributes }: Draft): URLSearchParams =>
  new URLSearchParams([
    ['Message', text],
    ...(subject === '' ? [] : [['Subject', subject]]),
    ...attributes.flatMap(({ name, type, value }, index) => {
      const entry = `MessageAttributes.entry.${index + 1}`
      return [
        [`${entry}.Name`, name],
        [`${entry}.Value.DataType`, type],
        [`${entry}.Value.StringValue`, value],
      ]
    }),
  ])
