import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type AwsRequest, type CloudContext } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { checkAttributes, filterOf, hasAttributes } from './attributes.ts'
import type { Filter } from './filter.ts'
import { invalid } from './parameters.ts'

export type Subscription = NonNullable<ReturnType<Fauxqs['snsStore']['getSubscription']>>
export type Topic = NonNullable<ReturnType<Fauxqs['snsStore']['getTopic']>>
export type Subscriptions = ReturnType<typeof openSubscriptions>

interface Wanted {
  readonly protocol: string
  readonly endpoint: string
  readonly attributes: Readonly<Record<string, string>>
}

interface Options {
  /** Asks the owner of a new e-mail subscription's address; the token is what they answer with. */
  readonly ask: (subscription: Subscription, token: string, request: AwsRequest | undefined) => void
  readonly queueExists: (arn: string) => boolean
}

const TWO_DAYS = 2 * 86_400_000
const TOKEN = /^[0-9a-f]{64}$/
const Asked = z.object({ token: z.string() })

/** https://www.itu.int/rec/T-REC-E.164 */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text)

/** Topics' subscriptions, on disk when a function returns. */
export function openSubscriptions({ database, now }: CloudContext, fauxqs: Fauxqs, { ask, queueExists }: Options) {
  const { snsStore } = fauxqs
  database.exec(`
    CREATE TABLE IF NOT EXISTS sns_confirmations (
      token TEXT PRIMARY KEY, subscription TEXT NOT NULL, asked_at INTEGER NOT NULL
    ) WITHOUT ROWID`)
  database.prepare('DELETE FROM sns_confirmations WHERE asked_at <= ?').run(now() - TWO_DAYS)
  const insert = database.prepare('INSERT OR REPLACE INTO sns_confirmations VALUES (?, ?, ?)')
  const selectAsked = database.prepare('SELECT token FROM sns_confirmations WHERE subscription = ? AND asked_at > ?')
  const select = database.prepare('SELECT subscription FROM sns_confirmations WHERE token = ? AND asked_at > ?')
  const filters = new WeakMap<Subscription, { readonly text: string; readonly filter: Filter | undefined }>()

  function topic(arn: string): Topic {
    const found = snsStore.getTopic(arn)
    if (!found) throw new AwsError('NotFound', 'Topic does not exist', 404)
    return found
  }

  function get(arn: string): Subscription {
    const found = snsStore.getSubscription(arn)
    if (!found) throw new AwsError('NotFound', 'Subscription does not exist', 404)
    return found
  }

  const of = (topicArn: string): readonly Subscription[] =>
    topic(topicArn).subscriptionArns.flatMap((arn) => snsStore.getSubscription(arn) ?? [])

  function save(subscription: Subscription): void {
    snsStore.persistence?.insertSubscription(subscription)
  }

  /** Whoever is asked again is asked with the same token. */
  function requestConfirmation(subscription: Subscription, request: AwsRequest | undefined): void {
    const asked = Asked.safeParse(selectAsked.get(subscription.arn, now() - TWO_DAYS)).data
    const token = asked?.token ?? randomBytes(32).toString('hex')
    insert.run(token, subscription.arn, now())
    ask(subscription, token, request)
  }

  function create(topicArn: string, { protocol, endpoint, attributes }: Wanted): Subscription {
    return fauxqs.transaction(() => {
      const created = snsStore.subscribe(topicArn, protocol, endpoint, { ...attributes })
      if (!created) throw new AwsError('NotFound', 'Topic does not exist', 404)
      created.confirmed = !protocol.startsWith('email')
      save(created)
      return created
    })
  }

  /**
   * The topic's subscription for this endpoint, a new one if there is none. An e-mail address that has not been
   * confirmed is asked each time. Throws `InvalidParameter` for an endpoint that its protocol does not take.
   */
  function subscribe(topicArn: string, { protocol, endpoint, attributes }: Wanted, request?: AwsRequest): Subscription {
    topic(topicArn)
    checkEndpoint(protocol, endpoint, queueExists)
    const checked = checkAttributes(attributes, protocol, 'Attributes Reason: ')
    const existing = of(topicArn).find((each) => each.protocol === protocol && each.endpoint === endpoint)
    if (existing && !hasAttributes(existing.attributes, checked))
      throw invalid('Attributes Reason: Subscription already exists with different attributes')
    const subscription = existing ?? create(topicArn, { protocol, endpoint, attributes: checked })
    if (!subscription.confirmed) requestConfirmation(subscription, request)
    return subscription
  }

  return {
    topic,
    get,
    of,
    all: () => snsStore.subscriptions.values(),

    subscribe,

    /** The subscription as a template wants it; nobody is asked again. */
    ensure(topicArn: string, { protocol, endpoint, attributes }: Wanted): Subscription {
      const existing = of(topicArn).find((each) => each.protocol === protocol && each.endpoint === endpoint)
      if (!existing) return subscribe(topicArn, { protocol, endpoint, attributes })
      existing.attributes = { ...checkAttributes(attributes, protocol, '') }
      save(existing)
      return existing
    },

    /** Throws `InvalidParameter` for a token that is none, or none of this topic, or older than two days. */
    confirm(topicArn: string, token: string): Subscription {
      if (!TOKEN.test(token)) throw new AwsError('InvalidParameter', 'Invalid token')
      const row = z.object({ subscription: z.string() }).safeParse(select.get(token, now() - TWO_DAYS)).data
      const subscription = row && snsStore.getSubscription(row.subscription)
      if (!subscription) throw invalid('Token')
      if (subscription.topicArn !== topicArn) throw invalid('Topic')
      subscription.confirmed = true
      save(subscription)
      return subscription
    },

    unsubscribe(arn: string): void {
      fauxqs.transaction(() => snsStore.unsubscribe(arn))
    },

    setAttribute(arn: string, name: string, value: string): void {
      const subscription = get(arn)
      const others = { ...subscription.attributes }
      // What lets everything through is no filter.
      if (name === 'FilterPolicy' && /^\s*(\{\s*\})?\s*$/.test(value)) delete others.FilterPolicy
      else others[name] = value
      subscription.attributes = { ...checkAttributes(others, subscription.protocol, '') }
      save(subscription)
    },

    /** Compiled once for as long as the policy stays. */
    filter(subscription: Subscription): Filter | undefined {
      const { FilterPolicy = '', FilterPolicyScope = '' } = subscription.attributes
      const text = FilterPolicyScope + FilterPolicy
      const known = filters.get(subscription)
      if (known?.text === text) return known.filter
      const filter = filterOf(subscription.attributes)
      filters.set(subscription, { text, filter })
      return filter
    },
  }
}

function checkEndpoint(protocol: string, endpoint: string, queueExists: (arn: string) => boolean): void {
  switch (protocol) {
    case 'email':
    case 'email-json':
      if (!/^[^\s@<>]+@[^\s@<>]+$/.test(endpoint)) throw invalid('Email address')
      return
    case 'sms':
      if (!isPhoneNumber(endpoint)) throw new AwsError('InvalidParameter', `Invalid SMS endpoint: ${endpoint}`)
      return
    case 'sqs':
      if (!queueExists(endpoint)) throw invalid('SQS endpoint ARN')
      return
    case 'lambda':
      if (!/^arn:aws:lambda:[^:]*:[^:]*:function:.+/.test(endpoint)) throw invalid('Lambda endpoint ARN')
      return
    case 'http':
    case 'https':
    case 'application':
    case 'firehose':
      throw invalid(`The protocol ${protocol} is not supported locally`)
    default:
      throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`)
  }
}
