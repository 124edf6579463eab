import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { functionEntries } from '../../infra/bundles.ts'
import { events } from '../../infra/contracts.ts'
import { sourceOf } from '../../schemas/event.ts'
import { synthesize } from './synthesize.ts'

const Strings = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: Strings,
  Resource: Strings.default([]),
  NotResource: Strings.default([]),
  Condition: z.record(z.string(), z.record(z.string(), Strings)).optional(),
})
const Policy = z.object({ Roles: z.array(z.string()), PolicyDocument: z.object({ Statement: z.array(Statement) }) })
const FunctionProperties = z.object({ FunctionName: z.string(), Role: z.string() })

interface Right extends z.output<typeof Statement> {
  readonly who: string
}

/** What each function of ours may do; the CDK's own helpers have no name and are left out. */
let rights: readonly Right[]
beforeAll(async () => {
  const stacks = await synthesize({ senderEmail: 'hello@shop.example.com' })
  rights = [...stacks.values()].flatMap((stack) => {
    const policies = stack.all('AWS::IAM::Policy').map(({ properties }) => Policy.parse(properties))
    const functions = stack
      .all('AWS::Lambda::Function')
      .flatMap(({ properties }) => FunctionProperties.safeParse(properties).data ?? [])
    return functions.flatMap(({ FunctionName, Role }) =>
      policies
        .filter(({ Roles: [role] }) => Role === `<${role?.slice(1, -1)}.Arn>`)
        .flatMap(({ PolicyDocument }) =>
          PolicyDocument.Statement.map((right) => ({ who: FunctionName.slice(14), ...right })),
        ),
    )
  })
})

const IDEMPOTENCY = 'dynamodb:BatchWriteItem,DeleteItem,GetItem,PutItem table/ensemble-test-idempotency'
const QUEUE = 'sqs:ChangeMessageVisibility,DeleteMessage,GetQueueAttributes,GetQueueUrl,ReceiveMessage <Queue>'
const DEAD_LETTERS = 'sqs:SendMessage <DeadLetters>'
const LINK_KEY = 'secretsmanager:GetSecretValue secret:ensemble-test-link-key-??????'
const MAIL = 'ses:SendEmail configuration-set/* identity/* if ses:FromAddress=hello@shop.example.com'
const RATE_LIMITS = 'dynamodb:UpdateItem table/ensemble-test-rate-limits'
const BANNERS = 'arn:<AWS::Partition>:s3:::ensemble-test-banners-<AWS::AccountId>-<AWS::Region>/banners/*'
const PUT_BANNER = `s3:PutObject ${BANNERS}`
const emitFrom = (context: string, ...names: string[]) =>
  `events:PutEvents event-bus/ensemble-test if events:source=ensemble.${context} events:detail-type=${names}`
const emit = (...names: string[]) => emitFrom('registrations', ...names)
const read = (...tables: string[]) =>
  ['dynamodb:BatchGetItem,GetItem,Query', ...tables.map((table) => `table/ensemble-test-${table}`)].join(' ')
const query = (index: string) => `dynamodb:Query table/ensemble-test-${index}`

/** A right in short: service and actions, the ends of the ARNs, the conditions. Logs and traces, which all have, left out. */
function rightsOf(name: string): string[] {
  const short = (resource: string) =>
    resource
      .replace(/^arn:<AWS::Partition>:[a-z-]+:<AWS::Region>:<AWS::AccountId>:/, '')
      .replace(/[0-9A-F]{8}(\.\w+)?>$/, '>')
  return rights
    .filter(({ who, Action: [action = ''] }) => who === name && !/^(logs|xray):/.test(action))
    .map(({ Action, Resource, NotResource, Condition: { StringEquals = {} } = {} }) => {
      const service = Action[0]?.split(':')[0]
      const actions = `${service}:${Action.map((action) => action.split(':')[1])}`
      const conditions = Object.entries(StringEquals).map(([key, values]) => `${key}=${values}`)
      const others = NotResource.map((resource) => `all but ${resource}`)
      return [actions, ...Resource.map(short), ...others, ...(conditions.length > 0 ? ['if', ...conditions] : [])].join(
        ' ',
      )
    })
    .sort()
}

it.each([
  ['health', []],
  ['not-found', []],
  ['register', [RATE_LIMITS, emit('RegistrationRequested')]],
  ['confirm', [read('registrations'), emit('EmailVerified'), LINK_KEY]],
  ['get-registration', [read('registrations')]],
  [
    'keep-registrations',
    [
      IDEMPOTENCY,
      'dynamodb:PutItem,UpdateItem table/ensemble-test-registrations',
      emit('RegistrationConfirmed'),
      QUEUE,
      DEAD_LETTERS,
    ],
  ],
  [
    'announce-expired',
    [
      'dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams <registrationsTable>',
      emit('RegistrationExpired'),
      'sqs:GetQueueAttributes,GetQueueUrl,SendMessage <announceexpiredDeadLetters>',
    ],
  ],
  ['send-verification', [IDEMPOTENCY, LINK_KEY, MAIL, QUEUE, DEAD_LETTERS]],
  ['notify-owner', [IDEMPOTENCY, MAIL, QUEUE, DEAD_LETTERS]],
  ['signup', [RATE_LIMITS]],
  ['signup-resend', [RATE_LIMITS]],
  [
    'signup-confirm',
    ['cognito-idp:AdminGetUser userpool/<UserPool>', read('users'), emitFrom('accounts', 'UserConfirmed')],
  ],
  ['login', []],
  ['login-refresh', []],
  ['logout', []],
  ['post-confirmation', [emitFrom('accounts', 'UserConfirmed')]],
  ['change-preferences', [emitFrom('accounts', 'PreferencesChanged')]],
  ['get-preferences', [read('preferences')]],
  ['submit-profile', [emitFrom('profiles', 'ProfileSubmitted')]],
  ['get-profile', [read('profiles')]],
  ['keep-users', [IDEMPOTENCY, 'dynamodb:PutItem table/ensemble-test-users', QUEUE, DEAD_LETTERS]],
  ['keep-preferences', [IDEMPOTENCY, 'dynamodb:PutItem table/ensemble-test-preferences', QUEUE, DEAD_LETTERS]],
  ['keep-profiles', [IDEMPOTENCY, 'dynamodb:PutItem table/ensemble-test-profiles', QUEUE, DEAD_LETTERS]],
  [
    'welcome-profile',
    [
      'dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams <profilesTable>',
      emitFrom('profiles', 'ProfileCreated'),
      'sqs:GetQueueAttributes,GetQueueUrl,SendMessage <welcomeprofileDeadLetters>',
    ],
  ],
  ['place-order', [emitFrom('orders', 'OrderPlaced')]],
  ['get-order', [read('orders')]],
  ['list-orders', ['dynamodb:Query table/ensemble-test-orders/index/byUser', LINK_KEY]],
  ['keep-orders', [IDEMPOTENCY, 'dynamodb:PutItem table/ensemble-test-orders', QUEUE, DEAD_LETTERS]],
  [
    'expire-orders',
    [
      'dynamodb:Query table/ensemble-test-orders/index/pending',
      'dynamodb:UpdateItem table/ensemble-test-orders',
      emitFrom('orders', 'OrderExpired'),
      'states:StopExecution execution:ensemble-test-place-order:*',
    ],
  ],
  [
    'start-workflow',
    [IDEMPOTENCY, QUEUE, DEAD_LETTERS, 'states:StartExecution stateMachine:ensemble-test-place-order'],
  ],
  ['validate-order', ['dynamodb:PutItem,UpdateItem table/ensemble-test-orders']],
  [
    'reserve-stock',
    ['dynamodb:PutItem,UpdateItem table/ensemble-test-inventory', 'dynamodb:UpdateItem table/ensemble-test-orders'],
  ],
  ['charge-payment', ['dynamodb:UpdateItem table/ensemble-test-orders table/ensemble-test-payments']],
  ['confirm-order', ['dynamodb:UpdateItem table/ensemble-test-orders']],
  ['refund-payment', ['dynamodb:UpdateItem table/ensemble-test-orders table/ensemble-test-payments']],
  ['release-stock', ['dynamodb:GetItem,PutItem,UpdateItem table/ensemble-test-inventory']],
  ['fail-order', ['dynamodb:PutItem,UpdateItem table/ensemble-test-orders']],
  ['send-welcome', [IDEMPOTENCY, MAIL, QUEUE, DEAD_LETTERS]],
  ['subscribe-user', [IDEMPOTENCY, 'sns:Subscribe <Notifications>', QUEUE, DEAD_LETTERS]],
  [
    'notify',
    [
      IDEMPOTENCY,
      'dynamodb:GetItem table/ensemble-test-meetups table/ensemble-test-preferences table/ensemble-test-users',
      MAIL,
      'sns:Publish all but arn:aws:sns:*:*:*',
      QUEUE,
      DEAD_LETTERS,
    ],
  ],
  ['publish-meetup', [emitFrom('meetups', 'MeetupSubmitted'), PUT_BANNER]],
  ['cancel-meetup', [read('meetups'), emitFrom('meetups', 'MeetupCancellationRequested')]],
  ['get-meetup', [read('meetups')]],
  ['list-meetups', [read('meetups'), query('meetups/index/upcoming'), LINK_KEY]],
  ['list-own-meetups', [read('meetups'), query('meetups/index/byCreator'), LINK_KEY]],
  [
    'keep-meetups',
    [
      IDEMPOTENCY,
      'dynamodb:PutItem,UpdateItem table/ensemble-test-meetups',
      emitFrom('meetups', 'MeetupPublished', 'MeetupCancelled'),
      QUEUE,
      DEAD_LETTERS,
    ],
  ],
  [
    'check-banner',
    [
      `s3:DeleteObject,GetObject ${BANNERS}`,
      `s3:ListBucket ${BANNERS.replace('/banners/*', '')}`,
      'sqs:ChangeMessageVisibility,DeleteMessage,GetQueueAttributes,GetQueueUrl,ReceiveMessage <checkbannerEventsQueue>',
    ],
  ],
  ['attend-meetup', [emitFrom('meetups', 'AttendanceRequested')]],
  ['leave-meetup', [emitFrom('meetups', 'AttendanceWithdrawn')]],
  ['get-own-attendance', [read('attendances', 'meetups')]],
  ['list-own-attendances', [read('meetups'), query('attendances/index/byUser'), LINK_KEY]],
  [
    'keep-attendances',
    [
      IDEMPOTENCY,
      'dynamodb:GetItem,PutItem table/ensemble-test-attendances',
      'dynamodb:GetItem,UpdateItem table/ensemble-test-meetups',
      emitFrom('meetups', 'AttendanceConfirmed', 'AttendanceDeclined'),
      QUEUE,
      DEAD_LETTERS,
    ],
  ],
  [
    'tell-attendees',
    [
      IDEMPOTENCY,
      query('attendances'),
      emitFrom('meetups', 'AttendanceCancelled', 'AttendeesLeftToTell'),
      QUEUE,
      DEAD_LETTERS,
    ],
  ],
  ['create-event', [emitFrom('meetups', 'MeetupSubmitted'), PUT_BANNER]],
  ['register-to-event', [emitFrom('meetups', 'AttendanceRequested')]],
  ['get-events', [read('meetups'), query('meetups/index/upcoming'), LINK_KEY]],
  ['get-own-events', [read('meetups'), query('meetups/index/byCreator'), LINK_KEY]],
  ['get-attended-events', [read('meetups'), query('attendances/index/byUser'), LINK_KEY]],
])('lets %s do what it does and no more', (name, allowed) => {
  expect(rightsOf(name)).toEqual(allowed)
})

// From here on: whatever functions there are.

it('covers every function', () => {
  expect([...new Set(rights.map(({ who }) => who))].sort()).toEqual(
    functionEntries()
      .map(({ name }) => name)
      .sort(),
  )
})

it('has no wildcard action, and no wildcard resource but for traces, executions, banners and mail', () => {
  expect(rights.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([])
  const wide = rights.filter(({ Resource }) => Resource.some((resource) => resource.includes('*')))
  expect(new Set(wide.flatMap(({ Action }) => Action))).toEqual(
    new Set([
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
      'states:StopExecution',
      's3:DeleteObject',
      's3:GetObject',
      's3:PutObject',
      'ses:SendEmail',
    ]),
  )
})

it('lets nobody emit but events that are declared, under their source', () => {
  const emitting = rights.filter(({ Action }) => Action.includes('events:PutEvents'))
  expect(emitting.length).toBeGreaterThan(0)
  for (const { Condition } of emitting) {
    const { 'events:source': sources = [], 'events:detail-type': names = [] } = Condition?.StringEquals ?? {}
    expect(sources).toHaveLength(1)
    const declared = events.filter((event) => sourceOf(event) === sources[0]).map(({ name }) => name)
    expect(declared).toEqual(expect.arrayContaining(names))
    expect(names.length).toBeGreaterThan(0)
  }
})

it('lets mail go out from our address only', () => {
  for (const { Condition } of rights.filter(({ Action }) => Action.includes('ses:SendEmail'))) {
    expect(Condition).toEqual({ StringEquals: { 'ses:FromAddress': ['hello@shop.example.com'] } })
  }
})

it('lets a function write its own log and no other', () => {
  const logging = rights.filter(({ Action }) => Action.includes('logs:PutLogEvents'))
  expect(logging).toHaveLength(functionEntries().length)
  for (const { who, Resource } of logging) {
    expect(Resource).toEqual([expect.stringMatching(new RegExp(`^<${who.replaceAll('-', '')}Logs[0-9A-F]{8}.Arn>$`))])
  }
})
