import { AwsError, type CloudContext } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { type Action, element } from '../query-service.ts'
import { attributesIn, attributesXml, invalid, pageXml, required, requiredArn, structures } from './parameters.ts'
import type { Subscriptions, Topic } from './subscriptions.ts'

const SETTABLE = new Set([
  'DeliveryPolicy',
  'DisplayName',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
])

/**
 * The operations on topics, by name.
 * https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 */
export function topicActions(
  { account, region }: CloudContext,
  { snsStore, transaction }: Fauxqs,
  subscriptions: Subscriptions,
): Readonly<Record<string, Action>> {
  const topicIn = (form: URLSearchParams, name: string): Topic => subscriptions.topic(requiredArn(form, name))

  const taggedIn = (form: URLSearchParams): Topic => {
    const topic = snsStore.getTopic(requiredArn(form, 'ResourceArn'))
    if (!topic) throw new AwsError('ResourceNotFound', 'Resource does not exist', 404)
    return topic
  }

  /** Sets all that is given, or nothing. */
  function describe(topic: Topic, attributes: Readonly<Record<string, string>>, tags: ReadonlyMap<string, string>) {
    Object.assign(topic.attributes, attributes)
    for (const [key, value] of tags) topic.tags.set(key, value)
    snsStore.persistence?.insertTopic(topic)
  }

  return {
    CreateTopic(form) {
      const name = required(form, 'Name')
      if (/^[\w-]{1,251}\.fifo$/.test(name)) throw invalid('Topic Name Reason: FIFO topics are not supported locally')
      if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name')
      const attributes = attributesIn(form)
      const tags = tagsIn(form)
      for (const attribute of Object.keys(attributes)) checkSettable(attribute)
      const existing = snsStore.getTopic(`arn:aws:sns:${region}:${account}:${name}`)
      if (existing && !isSubset(Object.entries(attributes), (key) => existing.attributes[key]))
        throw invalid('Attributes Reason: Topic already exists with different attributes')
      if (existing && !isSubset(tags, (key) => existing.tags.get(key)))
        throw invalid('Tags Reason: Topic already exists with different tags')
      const topic = existing ?? snsStore.createTopic(name, undefined, undefined, region)
      if (!existing) describe(topic, attributes, tags)
      return element('TopicArn', topic.arn)
    },

    DeleteTopic(form) {
      const arn = requiredArn(form, 'TopicArn')
      transaction(() => snsStore.deleteTopic(arn))
      return ''
    },

    ListTopics(form) {
      return pageXml('Topics', snsStore.topics.values(), form, ({ arn }) => element('TopicArn', arn))
    },

    GetTopicAttributes(form) {
      const topic = topicIn(form, 'TopicArn')
      const all = subscriptions.of(topic.arn)
      const confirmed = all.filter(({ confirmed }) => confirmed).length
      return attributesXml({
        TopicArn: topic.arn,
        Owner: account,
        DisplayName: '',
        SubscriptionsConfirmed: String(confirmed),
        SubscriptionsPending: String(all.length - confirmed),
        SubscriptionsDeleted: '0',
        ...topic.attributes,
      })
    },

    SetTopicAttributes(form) {
      const topic = topicIn(form, 'TopicArn')
      const name = required(form, 'AttributeName')
      checkSettable(name)
      describe(topic, { [name]: form.get('AttributeValue') ?? '' }, new Map())
      return ''
    },

    TagResource(form) {
      describe(taggedIn(form), {}, tagsIn(form))
      return ''
    },

    UntagResource(form) {
      const topic = taggedIn(form)
      for (const [key, value] of form) if (key.startsWith('TagKeys.member.')) topic.tags.delete(value)
      describe(topic, {}, new Map())
      return ''
    },

    ListTagsForResource(form) {
      const tags = [...taggedIn(form).tags].map(([key, value]) => element('Key', key) + element('Value', value))
      return `<Tags>${tags.map((tag) => `<member>${tag}</member>`).join('')}</Tags>`
    },
  }
}

function checkSettable(name: string): void {
  if (!SETTABLE.has(name)) throw invalid('AttributeName')
}

function tagsIn(form: URLSearchParams): ReadonlyMap<string, string> {
  const tags = structures(form, 'Tags.member').map((tag) => [tag.get('Key') ?? '', tag.get('Value') ?? ''] as const)
  const unique = new Map(tags)
  if (unique.size < tags.length) throw invalid('Duplicated keys are not allowed.')
  return unique
}

const isSubset = (
  entries: Iterable<readonly [string, string]>,
  existing: (key: string) => string | undefined,
): boolean => [...entries].every(([key, value]) => existing(key) === value)
