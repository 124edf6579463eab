import { AwsError, type CloudContext } from '../engine.ts'
import { type Action, element } from '../query-service.ts'
import { bytesOf, parseMessage, type SnsMessage } from './message.ts'
import { attributesIn, attributesXml, invalid, pageXml, required, requiredArn, structures } from './parameters.ts'
import type { Publisher } from './publish.ts'
import { isPhoneNumber, type Subscription, type Subscriptions } from './subscriptions.ts'

const MAX_ENTRIES = 10
const MAX_BATCH_BYTES = 262_144
const MAX_ID = 80

/**
 * The operations that publish, by name.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function publishActions({ publish, text }: Publisher): Readonly<Record<string, Action>> {
  return {
    Publish(form, request) {
      const phone = form.get('PhoneNumber')
      const message = parseMessage(form)
      if (phone !== null) {
        if (!isPhoneNumber(phone)) throw invalid(`PhoneNumber Reason: ${phone} is not valid to publish to`)
        return element('MessageId', text(phone, message, request))
      }
      const target = form.has('TargetArn') ? 'TargetArn' : 'TopicArn'
      const arn = requiredArn(form, target)
      if (target === 'TargetArn' && arn.split(':').length !== 6)
        throw invalid('TargetArn Reason: No endpoint found for the target arn specified')
      return element('MessageId', publish(arn, message).messageId)
    },

    PublishBatch(form) {
      const topicArn = requiredArn(form, 'TopicArn')
      const entries = structures(form, 'PublishBatchRequestEntries.member')
      checkBatch(entries.map((entry) => entry.get('Id') ?? ''))
      const results = entries.map((entry) => ({
        id: entry.get('Id') ?? '',
        message: attempt(() => parseMessage(entry)),
      }))
      const valid = results.flatMap(({ message }) => (message instanceof AwsError ? [] : [message]))
      if (sizeOf(valid) > MAX_BATCH_BYTES)
        throw new AwsError('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.')
      const [successful, failed] = [[] as string[], [] as string[]]
      for (const { id, message } of results) {
        if (message instanceof AwsError) failed.push(failure(id, message))
        else successful.push(element('Id', id) + element('MessageId', publish(topicArn, message).messageId))
      }
      return list('Successful', successful) + list('Failed', failed)
    },
  }
}

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.")
  if (ids.length > MAX_ENTRIES)
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.')
  for (const id of ids) {
    if (id.length > MAX_ID)
      throw new AwsError('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${id}`)
    if (!/^[\w-]+$/.test(id))
      throw new AwsError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      )
  }
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.')
}

function attempt<Result>(work: () => Result): Result | AwsError {
  try {
    return work()
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

const sizeOf = (messages: readonly SnsMessage[]): number =>
  messages.reduce((sum, { body, attributes }) => sum + bytesOf(body, attributes), 0)

const failure = (id: string, { code, message }: AwsError): string =>
  element('Id', id) + element('Code', code) + element('Message', message) + element('SenderFault', 'true')

const list = (name: string, members: readonly string[]): string =>
  `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`

/** What stands for the ARN of a subscription that nobody has confirmed. */
const PENDING = 'pending confirmation'

/**
 * The operations on subscriptions, by name.
 * https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
export function subscriptionActions(
  { account }: CloudContext,
  subscriptions: Subscriptions,
): Readonly<Record<string, Action>> {
  const memberXml = ({ arn, topicArn, protocol, endpoint, confirmed }: Subscription): string =>
    [
      element('SubscriptionArn', confirmed ? arn : 'PendingConfirmation'),
      element('Owner', account),
      element('Protocol', protocol),
      element('Endpoint', endpoint),
      element('TopicArn', topicArn),
    ].join('')

  return {
    Subscribe(form, request) {
      const wanted = {
        protocol: required(form, 'Protocol'),
        endpoint: required(form, 'Endpoint'),
        attributes: attributesIn(form),
      }
      const { arn, confirmed } = subscriptions.subscribe(requiredArn(form, 'TopicArn'), wanted, request)
      return element('SubscriptionArn', confirmed || form.get('ReturnSubscriptionArn') === 'true' ? arn : PENDING)
    },

    ConfirmSubscription(form) {
      const topicArn = requiredArn(form, 'TopicArn')
      return element('SubscriptionArn', subscriptions.confirm(topicArn, required(form, 'Token')).arn)
    },

    Unsubscribe(form) {
      const arn = requiredArn(form, 'SubscriptionArn')
      if (arn.split(':').length !== 7) throw invalid('SubscriptionId')
      subscriptions.unsubscribe(arn)
      return ''
    },

    ListSubscriptions(form) {
      return pageXml('Subscriptions', subscriptions.all(), form, memberXml)
    },

    ListSubscriptionsByTopic(form) {
      return pageXml('Subscriptions', subscriptions.of(requiredArn(form, 'TopicArn')), form, memberXml)
    },

    GetSubscriptionAttributes(form) {
      const { arn, topicArn, protocol, endpoint, confirmed, attributes } = subscriptions.get(
        requiredArn(form, 'SubscriptionArn'),
      )
      return attributesXml({
        SubscriptionArn: arn,
        TopicArn: topicArn,
        Protocol: protocol,
        Endpoint: endpoint,
        Owner: account,
        ConfirmationWasAuthenticated: String(!protocol.startsWith('email')),
        PendingConfirmation: String(!confirmed),
        RawMessageDelivery: 'false',
        ...attributes,
        ...(attributes.FilterPolicy ? { FilterPolicyScope: attributes.FilterPolicyScope ?? 'MessageAttributes' } : {}),
      })
    },

    SetSubscriptionAttributes(form) {
      const arn = requiredArn(form, 'SubscriptionArn')
      subscriptions.setAttribute(arn, required(form, 'AttributeName'), form.get('AttributeValue') ?? '')
      return ''
    },
  }
}
