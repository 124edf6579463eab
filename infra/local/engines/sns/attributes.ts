import * as z from 'zod'
import { compileFilter, type Filter, type FilterScope } from './filter.ts'
import { invalid } from './parameters.ts'

type Attributes = Readonly<Record<string, string>>

/** What may be left out, as GetSubscriptionAttributes shows it. */
const DEFAULTS: Attributes = { RawMessageDelivery: 'false', FilterPolicyScope: 'MessageAttributes' }
const PASSED_ON = new Set(['DeliveryPolicy', 'SubscriptionRoleArn'])

const Redrive = z.object({ deadLetterTargetArn: z.string() })

/**
 * A subscription's attributes, checked and spelled one way. `where` is how the message of an `InvalidParameter` begins.
 * https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
export function checkAttributes(attributes: Attributes, protocol: string, where: string): Attributes {
  const scope = scopeOf(attributes)
  const entries = Object.entries(attributes).map(([name, value]): [string, string] => {
    switch (name) {
      case 'RawMessageDelivery':
        return [name, checkRaw(value, protocol, where)]
      case 'FilterPolicyScope':
        if (value !== scope)
          throw invalid(
            `${where}FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
          )
        return [name, value]
      case 'FilterPolicy':
        if (value !== '') compileFilter(value, scope, where)
        return [name, value]
      case 'RedrivePolicy':
        if (value !== '') checkRedrive(value, where)
        return [name, value]
      default:
        if (!PASSED_ON.has(name)) throw invalid('AttributeName')
        return [name, value]
    }
  })
  return Object.fromEntries(entries)
}

function checkRaw(value: string, protocol: string, where: string): string {
  if (!/^(true|false)$/i.test(value))
    throw invalid(`${where}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`)
  const raw = value.toLowerCase()
  if (raw === 'true' && protocol !== 'sqs')
    throw invalid(`${where}Delivery protocol [${protocol}] does not support raw message delivery.`)
  return raw
}

function checkRedrive(policy: string, where: string): void {
  let parsed: unknown
  try {
    parsed = JSON.parse(policy)
  } catch (error) {
    throw invalid(`${where}RedrivePolicy: failed to parse JSON. ${error instanceof Error ? error.message : error}`)
  }
  const { data } = Redrive.safeParse(parsed)
  if (!data?.deadLetterTargetArn.startsWith('arn:aws:sqs:'))
    throw invalid(`${where}RedrivePolicy: deadLetterTargetArn is an invalid arn`)
}

const scopeOf = ({ FilterPolicyScope }: Attributes): FilterScope =>
  FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes'

/** Does a subscription have these attributes, of which the defaults may go without saying? */
export const hasAttributes = (existing: Attributes, wanted: Attributes): boolean =>
  Object.entries(wanted).every(([name, value]) => (existing[name] ?? DEFAULTS[name] ?? '') === value)

/** The filter of a subscription; undefined if it takes everything. */
export const filterOf = (attributes: Attributes): Filter | undefined =>
  attributes.FilterPolicy ? compileFilter(attributes.FilterPolicy, scopeOf(attributes)) : undefined

/** The queue for what cannot be delivered. */
export const deadLetterQueueOf = ({ RedrivePolicy }: Attributes): string | undefined =>
  RedrivePolicy ? Redrive.parse(JSON.parse(RedrivePolicy)).deadLetterTargetArn : undefined
