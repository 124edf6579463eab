import * as z from 'zod'
import type { AwsRequest } from '../engine.ts'
import { parsed } from '../parsed.ts'
import { formOf, isForm } from '../query-service.ts'
import type { Wanted } from './policy.ts'

interface Place {
  readonly account: string
  readonly region: string
}

type Input = Readonly<Record<string, unknown>>
type Read = (operation: string, input: Input, place: Place) => readonly Wanted[]

const Input = z.record(z.string(), z.unknown())
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * The rights that a call needs: for the services that functions of ours call, by the resource that is in the call; for any
 * other, the right to the operation on whatever resource.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function wantedBy(service: string, request: AwsRequest, place: Place): readonly Wanted[] {
  if (service === 's3') return ofS3(request)
  const { operation, input } = isForm(request) ? formCall(request) : jsonCall(request)
  if (operation === '') return service === 'lambda' ? ofLambda(request, place) : []
  const read = READERS[service]
  return read ? read(operation, input, place) : [{ action: `${service}:${operation}`, resources: ['*'] }]
}

function formCall(request: AwsRequest): { operation: string; input: Input } {
  const form = formOf(request)
  return { operation: form.get('Action') ?? '', input: Object.fromEntries(form) }
}

const jsonCall = ({ headers, body }: AwsRequest): { operation: string; input: Input } => ({
  operation: text(headers['x-amz-target']).split('.').at(-1) ?? '',
  input: Input.safeParse(parsed(body.toString())).data ?? {},
})

const arn = (service: string, resource: string, { region, account }: Place): string =>
  resource.startsWith('arn:') ? resource : `arn:aws:${service}:${region}:${account}:${resource}`
const named = (service: string, kind: string, name: string, place: Place): string =>
  arn(service, name.startsWith('arn:') ? name : `${kind}${name}`, place)

const READERS: Readonly<Record<string, Read>> = {
  dynamodb: ofDynamoDb,

  events: (operation, { Entries }, place) =>
    operation === 'PutEvents'
      ? (z.array(Input).safeParse(Entries).data ?? []).map((entry) => ({
          action: 'events:PutEvents',
          resources: [named('events', 'event-bus/', text(entry.EventBusName) || 'default', place)],
          keys: { 'events:source': text(entry.Source), 'events:detail-type': text(entry.DetailType) },
        }))
      : [{ action: `events:${operation}`, resources: ['*'] }],

  states: (operation, input) => [
    { action: `states:${operation}`, resources: [text(input.stateMachineArn ?? input.executionArn) || '*'] },
  ],

  // Six letters and digits follow the name of a secret in its ARN.
  secretsmanager: (operation, { SecretId }, place) => {
    const id = text(SecretId)
    const resource = id.startsWith('arn:') ? id : arn('secretsmanager', `secret:${id}-AAAAAA`, place)
    return [{ action: `secretsmanager:${operation}`, resources: [resource] }]
  },

  // Signing up, logging in and the like need no rights: they name a client of the pool, and not the pool.
  'cognito-idp': (operation, { UserPoolId }, place) =>
    typeof UserPoolId === 'string'
      ? [{ action: `cognito-idp:${operation}`, resources: [arn('cognito-idp', `userpool/${UserPoolId}`, place)] }]
      : [],

  sqs: (operation, { QueueUrl, QueueName }, place) => [
    {
      action: `sqs:${operation}`,
      resources: [
        arn(
          'sqs',
          text(QueueUrl ?? QueueName)
            .split('/')
            .at(-1) ?? '',
          place,
        ),
      ],
    },
  ],

  // What is sent to a telephone is sent to no topic.
  sns: (operation, { TopicArn, TargetArn, PhoneNumber }) => [
    { action: `sns:${operation}`, resources: [text(TopicArn ?? TargetArn ?? PhoneNumber) || '*'] },
  ],

  // An address may be verified itself, or its domain.
  ses: (operation, { Source }, place) => {
    const from = /<([^>]*)>/.exec(text(Source))?.[1] ?? text(Source)
    const identities = [from, from.slice(from.lastIndexOf('@') + 1)]
    return [
      {
        action: `ses:${operation}`,
        resources: identities.map((identity) => arn('ses', `identity/${identity}`, place)),
        keys: { 'ses:FromAddress': from },
      },
    ]
  },
}

/** The rights of a transaction are those of its parts, by the name of the operation. */
const PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}

function ofDynamoDb(operation: string, input: Input, place: Place): readonly Wanted[] {
  const table = (name: string) => named('dynamodb', 'table/', name, place)
  const want = (operation: string, resource: string): Wanted => ({
    action: `dynamodb:${operation}`,
    resources: [resource],
  })
  const { TableName, IndexName, RequestItems, TransactItems } = input
  if (TransactItems !== undefined) {
    const parts = z.array(z.record(z.string(), Input)).safeParse(TransactItems).data ?? []
    return parts.flatMap((part) =>
      Object.entries(part).map(([kind, { TableName }]) => want(PARTS[kind] ?? operation, table(text(TableName)))),
    )
  }
  if (RequestItems !== undefined) {
    const tables = Object.keys(Input.safeParse(RequestItems).data ?? {})
    return tables.map((name) => want(operation, table(name)))
  }
  if (typeof TableName !== 'string') return [want(operation, '*')]
  const index = typeof IndexName === 'string' ? `/index/${IndexName}` : ''
  return [want(operation, `${table(TableName)}${index}`)]
}

function ofLambda({ url }: AwsRequest, place: Place): readonly Wanted[] {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(url) ?? []
  if (name === undefined) return []
  return [
    { action: 'lambda:InvokeFunction', resources: [named('lambda', 'function:', decodeURIComponent(name), place)] },
  ]
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
}

/** In path style, as every client of ours is told to call. */
function ofS3({ method, url }: AwsRequest): readonly Wanted[] {
  const [, bucket = '', key = ''] = /^\/([^/?]+)\/?([^?]*)/.exec(url) ?? []
  const resource = `arn:aws:s3:::${bucket}`
  if (key === '') return [{ action: 's3:ListBucket', resources: [resource] }]
  const action = OBJECT_ACTIONS[method] ?? 's3:PutObject'
  return [{ action, resources: [`${resource}/${decodeURIComponent(key)}`] }]
}
