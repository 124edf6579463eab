import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { AwsResponse, Service } from '../engine.ts'
import { isForm, queryError } from '../query-service.ts'
import { errorIn, olderError } from './errors.ts'

/** Parameters by name; `Attribute.1.Name=x` is a tree of depth three. */
type Tree = Map<string, Tree | string>
type Json = z.infer<ReturnType<typeof z.json>>

const XML_NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/'

/** What a numbered parameter is called as a list. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['AttributeName', 'AttributeNames'],
  ['MessageAttributeName', 'MessageAttributeNames'],
  ['MessageSystemAttributeName', 'MessageSystemAttributeNames'],
  ['TagKey', 'TagKeys'],
  ['SendMessageBatchRequestEntry', 'Entries'],
  ['DeleteMessageBatchRequestEntry', 'Entries'],
  ['ChangeMessageVisibilityBatchRequestEntry', 'Entries'],
])
/** What a numbered pair is called as a map, and its halves. */
const MAPS: ReadonlyMap<string, readonly [name: string, key: string, value: string]> = new Map([
  ['Attribute', ['Attributes', 'Name', 'Value']],
  ['MessageAttribute', ['MessageAttributes', 'Name', 'Value']],
  ['MessageSystemAttribute', ['MessageSystemAttributes', 'Name', 'Value']],
  ['Tag', ['Tags', 'Key', 'Value']],
])
const NUMBERS = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxNumberOfMessagesPerSecond',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
])

/**
 * Lets older clients in, those of Debian's AWS CLI for one: they send SQS forms, `Action=…`, and want XML. Both are
 * translated from and to the JSON protocol that `service` speaks.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export const withQueryProtocol =
  (service: Service): Service =>
  async (request) => {
    if (request.headers['x-amz-target'] !== undefined || !isForm(request)) return service(request)
    const { Action: action = '', ...parameters } = Object.fromEntries(new URLSearchParams(request.body.toString()))
    const answer = await service({
      ...request,
      url: '/',
      headers: {
        ...request.headers,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
      },
      body: Buffer.from(JSON.stringify(inputOf(treeOf(parameters), action))),
    })
    const error = errorIn(answer)
    return error
      ? queryError(olderError(error), XML_NAMESPACE)
      : success(action, z.json().parse(JSON.parse(answer.body.toString() || '{}')))
  }

function treeOf(parameters: Readonly<Record<string, string>>): Tree {
  const root: Tree = new Map()
  for (const [name, value] of Object.entries(parameters)) {
    const path = name.split('.')
    const leaf = path.pop() ?? ''
    branch(root, path).set(leaf, value)
  }
  return root
}

function branch(tree: Tree, [name, ...path]: readonly string[]): Tree {
  if (name === undefined) return tree
  const known = tree.get(name)
  if (known instanceof Map) return branch(known, path)
  const grown: Tree = new Map()
  tree.set(name, grown)
  return branch(grown, path)
}

function inputOf(tree: Tree, action: string): Json {
  const entries = [...tree].map(([name, value]): readonly [string, Json] => {
    if (typeof value === 'string') return [name, NUMBERS.has(name) ? Number(value) : value]
    const list = LISTS.get(name)
    if (list) return [list, numbered(value).map((item) => valueIn(item, action))]
    const [map, key = '', half = ''] = MAPS.get(name) ?? []
    if (!map) return [name, inputOf(value, action)]
    const pairs = numbered(value).flatMap((pair) =>
      pair instanceof Map ? [[String(pair.get(key)), valueIn(pair.get(half) ?? '', action)] as const] : [],
    )
    // CreateQueue alone spells it so.
    return [map === 'Tags' && action === 'CreateQueue' ? 'tags' : map, Object.fromEntries(pairs)]
  })
  return Object.fromEntries(entries)
}

const valueIn = (value: Tree | string, action: string): Json =>
  typeof value === 'string' ? value : inputOf(value, action)

const numbered = (tree: Tree): readonly (Tree | string)[] =>
  [...tree].toSorted(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value)

const success = (action: string, output: Json): AwsResponse =>
  xml(
    200,
    `<${action}Response xmlns="${XML_NAMESPACE}"><${action}Result>${members(output, action)}</${action}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  )

const xml = (status: number, body: string): AwsResponse => ({ status, headers: { 'content-type': 'text/xml' }, body })

/** What a list is called where each of its items is an element. */
const items = (list: string, action: string): string =>
  ({
    QueueUrls: 'QueueUrl',
    queueUrls: 'QueueUrl',
    Messages: 'Message',
    Successful: `${action}ResultEntry`,
    Failed: 'BatchResultErrorEntry',
    Results: `${action}ResultEntry`,
  })[list] ?? list

const PAIRS = new Map([...MAPS].map(([item, [name, key, value]]) => [name, [item, key, value] as const]))

function members(value: Json, action: string): string {
  if (typeof value !== 'object' || value === null) return escaped(String(value ?? ''))
  return Object.entries(value)
    .map(([name, member]) => element(name, member, action))
    .join('')
}

function element(name: string, value: Json, action: string): string {
  if (Array.isArray(value)) return value.map((item) => element(items(name, action), item, action)).join('')
  const [item, key, half] = PAIRS.get(name) ?? []
  if (item && key && half && typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([left, right]) => element(item, { [key]: left, [half]: right }, action))
      .join('')
  return `<${name}>${members(value, action)}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const escaped = (text: string): string => text.replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? '')
