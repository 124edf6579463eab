import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { invalid, structures } from './parameters.ts'

export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  /** In base64. */
  readonly BinaryValue?: string
}

/** What is published. */
export interface SnsMessage {
  readonly subject?: string
  /** What subscribers get, unless there is a text for their protocol. */
  readonly body: string
  readonly byProtocol: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, MessageAttribute>>
}

const MAX_BYTES = 262_144
const MAX_SUBJECT = 100

/**
 * The message in the parameters of Publish, or of one entry of PublishBatch. Throws `InvalidParameter` and, for message
 * attributes, `ParameterValueInvalid`. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function parseMessage(form: URLSearchParams): SnsMessage {
  const text = form.get('Message') ?? ''
  const subject = form.get('Subject') ?? undefined
  const attributes = parseAttributes(form)
  if (text === '') throw invalid('Empty message')
  if (subject !== undefined && !isSubject(subject)) throw invalid('Subject')
  if (bytesOf(text, attributes) > MAX_BYTES) throw invalid('Message too long')
  const byProtocol = form.get('MessageStructure') === 'json' ? parseStructure(text) : {}
  return {
    ...(subject === undefined ? {} : { subject }),
    body: byProtocol.default ?? text,
    byProtocol,
    attributes,
  }
}

const isSubject = (subject: string): boolean =>
  subject.length > 0 && subject.length <= MAX_SUBJECT && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject)

/** UTF-8 bytes of a message, as its limit counts them. */
export function bytesOf(text: string, attributes: SnsMessage['attributes']): number {
  const texts = Object.entries(attributes).flatMap(([name, { DataType, StringValue = '', BinaryValue = '' }]) => [
    name,
    DataType,
    StringValue,
    BinaryValue,
  ])
  return [text, ...texts].reduce((sum, each) => sum + Buffer.byteLength(each), 0)
}

const Structure = z.record(z.string(), z.unknown())

/** `MessageStructure=json`: a text for each protocol, and a default. */
function parseStructure(text: string): Readonly<Record<string, string>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse')
  }
  const entries = Object.entries(Structure.catch({}).parse(parsed))
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (!texts.some(([protocol]) => protocol === 'default'))
    throw invalid('Message Structure - No default entry in JSON message body')
  return Object.fromEntries(texts)
}

function parseAttributes(form: URLSearchParams): SnsMessage['attributes'] {
  const entries = structures(form, 'MessageAttributes.entry').map((entry) => {
    const name = entry.get('Name') ?? ''
    const DataType = entry.get('Value.DataType')
    const StringValue = entry.get('Value.StringValue') ?? undefined
    const BinaryValue = entry.get('Value.BinaryValue') ?? undefined
    checkName(name)
    if (!DataType) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
      )
    }
    const attribute = {
      DataType,
      ...(StringValue === undefined ? {} : { StringValue }),
      ...(BinaryValue === undefined ? {} : { BinaryValue }),
    }
    checkValue(name, attribute)
    return [name, attribute] as const
  })
  return Object.fromEntries(entries)
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function checkName(name: string): void {
  if (name === '' || Buffer.byteLength(name) > 256)
    throw refused('Length of message attribute name must be less than 256 bytes.')
  const [odd] = /[^\w.-]/u.exec(name) ?? []
  if (odd !== undefined)
    throw refused(
      `Invalid non-alphanumeric character '#x${odd.codePointAt(0)?.toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    )
  if (name.startsWith('.')) throw refused("Invalid message attribute name starting with character '.' was found.")
  if (name.endsWith('.')) throw refused("Invalid message attribute name ending with character '.' was found.")
  if (name.includes('..')) throw refused("Message attribute name can not have successive '.' character.")
}

function checkValue(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const type = DataType.split('.')[0] ?? ''
  if (!['Binary', 'Number', 'String'].includes(type))
    throw refused(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  const [field, value, other] =
    type === 'Binary' ? ['Binary', BinaryValue, StringValue] : ['String', StringValue, BinaryValue]
  if (!value && other)
    throw refused(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`)
  if (!value)
    throw refused(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    )
  if (type === 'Number' && (value.trim() === '' || !Number.isFinite(Number(value))))
    throw refused(`Could not cast message attribute '${name}' value to number.`)
}

const refused = (message: string): AwsError => new AwsError('ParameterValueInvalid', message)
