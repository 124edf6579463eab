import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { root } from '../../infra/paths.ts'
import { codeFor, PASSWORD } from '../support/account.ts'
import { awsCli, runAwsCli } from '../support/aws-cli.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'

// The user pool, topics, state machines and the bucket of banners with the AWS CLI, against the running app: what a person would try who has never seen it.

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const PICTURE = join(root, '.github/console.png')
const sns = (...args: readonly string[]) => awsCli(cloud.endpoint, 'sns', ...args)
const idp = (...args: readonly string[]) => awsCli(cloud.endpoint, 'cognito-idp', ...args)
const refusal = async (...args: readonly string[]) => (await runAwsCli(cloud.endpoint, ...args)).stderr
const Received = z.object({ Messages: z.tuple([z.object({ Body: z.string() })]) })
const linkIn = (text = '') => /http:\S+/.exec(text)?.[0] ?? ''

const Pools = z.object({ UserPools: z.tuple([z.object({ Id: z.string(), Name: z.literal('ensemble-dev') })]) })
const Clients = z.object({ UserPoolClients: z.tuple([z.object({ ClientId: z.string() })]) })
const SignedIn = z.object({ AuthenticationResult: z.object({ AccessToken: z.string() }) })

/** The app's user pool and its client, as options. */
async function userPool() {
  const { UserPools } = Pools.parse(await idp('list-user-pools', '--max-results', '10'))
  const pool = ['--user-pool-id', UserPools[0].Id] as const
  const { UserPoolClients } = Clients.parse(await idp('list-user-pool-clients', ...pool))
  return { pool, client: ['--client-id', UserPoolClients[0].ClientId] as const }
}

test('somebody signs up, confirms, signs in, changes the password, forgets it and signs out everywhere', async () => {
  const { pool, client } = await userPool()
  const email = newEmail()
  const user = [...client, '--username', email] as const
  const signIn = (password: string) =>
    ['initiate-auth', ...client, '--auth-flow', 'USER_PASSWORD_AUTH'].concat([
      '--auth-parameters',
      `USERNAME=${email},PASSWORD=${password}`,
    ])
  const accessToken = async (password: string) =>
    ['--access-token', SignedIn.parse(await idp(...signIn(password))).AuthenticationResult.AccessToken] as const

  const attributes = ['--user-attributes', 'Name=name,Value=Ada', 'Name=given_name,Value=Ada']
  const signedUp = await idp('sign-up', ...user, '--password', PASSWORD, ...attributes)
  const { UserSub } = z.object({ UserSub: z.string(), UserConfirmed: z.literal(false) }).parse(signedUp)
  expect(await refusal('cognito-idp', ...signIn(PASSWORD))).toContain('An error occurred (UserNotConfirmedException)')
  const first = await codeFor(cloud, email)
  await idp('confirm-sign-up', ...user, '--confirmation-code', first)
  const token = await accessToken(PASSWORD)
  const [own, byAdmin, listed] = await Promise.all([
    idp('get-user', ...token),
    idp('admin-get-user', ...pool, '--username', email),
    idp('list-users', ...pool, '--filter', `email = "${email}"`, '--query', 'Users[].Username'),
  ])
  expect(own).toMatchObject({
    Username: UserSub,
    UserAttributes: expect.arrayContaining([{ Name: 'name', Value: 'Ada' }]),
  })
  expect(byAdmin).toMatchObject({ Username: UserSub, UserStatus: 'CONFIRMED', Enabled: true })
  expect(listed).toEqual([UserSub])

  await idp('change-password', ...token, '--previous-password', PASSWORD, '--proposed-password', 'Battery2staple')
  await idp('forgot-password', ...user)
  const code = ['--confirmation-code', await codeFor(cloud, email, first)]
  await idp('confirm-forgot-password', ...user, ...code, '--password', 'Third3password')
  const [wrong] = await Promise.all([
    refusal('cognito-idp', ...signIn('Battery2staple')),
    accessToken('Third3password').then((newToken) => idp('global-sign-out', ...newToken)),
  ])
  expect(wrong).toBe(
    'An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Incorrect username or password.',
  )
  expect(await refusal('cognito-idp', 'get-user', ...token)).toContain('Access Token has been revoked')
})

test('an administrator creates a user, sets a password and deletes the user', async () => {
  const { pool } = await userPool()
  const email = newEmail()
  const user = [...pool, '--username', email]
  expect(await idp('admin-create-user', ...user, '--user-attributes', 'Name=name,Value=Ada')).toMatchObject({
    User: { UserStatus: 'FORCE_CHANGE_PASSWORD' },
  })
  expect(await cloud.emails(email)).toMatchObject([{ subject: 'Your temporary password' }])
  await idp('admin-set-user-password', ...user, '--password', PASSWORD, '--permanent')
  const [got, described] = await Promise.all([
    idp('admin-get-user', ...user, '--query', 'UserStatus'),
    idp('describe-user-pool', ...pool, '--query', 'UserPool.[Name,MfaConfiguration]'),
  ])
  expect([got, described]).toEqual(['CONFIRMED', ['ensemble-dev', 'OFF']])
  await idp('admin-delete-user', ...user)
  expect(await refusal('cognito-idp', 'admin-get-user', ...user)).toBe(
    'An error occurred (UserNotFoundException) when calling the AdminGetUser operation: User does not exist.',
  )
})

test('somebody who subscribes to the notifications gets what is meant for them', async () => {
  const email = newEmail()
  const topic = ['--topic-arn', 'arn:aws:sns:us-east-1:000000000000:ensemble-dev-notifications'] as const
  const [topics, asked] = await Promise.all([
    sns('list-topics', '--query', 'Topics[].TopicArn'),
    sns('subscribe', ...topic, '--protocol', 'email', '--notification-endpoint', email, '--return-subscription-arn'),
  ])
  expect(topics).toContain(topic[1])
  const { SubscriptionArn } = z.object({ SubscriptionArn: z.string() }).parse(asked)
  const subscription = ['--subscription-arn', SubscriptionArn] as const
  const policy = '{"userId":["ada"]}'
  const filter = ['--attribute-name', 'FilterPolicy', '--attribute-value', policy]
  await sns('set-subscription-attributes', ...subscription, ...filter)
  await fetch(linkIn((await cloud.emails(email))[0]?.text))
  expect(await sns('get-subscription-attributes', ...subscription)).toMatchObject({
    Attributes: { PendingConfirmation: 'false', FilterPolicy: policy, FilterPolicyScope: 'MessageAttributes' },
  })
  const publish = (userId: string) => {
    const attributes = { userId: { DataType: 'String', StringValue: userId } }
    return sns('publish', ...topic, '--message', `For ${userId}`, '--message-attributes', JSON.stringify(attributes))
  }
  await Promise.all([publish('ada'), publish('bob')])
  expect((await cloud.emails(email)).map(({ text }) => text.split('\n')[0])).toEqual(['For ada', expect.any(String)])
  await sns('unsubscribe', ...subscription)
  expect(await refusal('sns', 'get-subscription-attributes', ...subscription)).toContain('Subscription does not exist')
})

test('a topic mails whoever has said yes, until they say no, over a SIGKILL', async () => {
  const name = `news-${randomUUID().slice(0, 8)}`
  const topicArn = `arn:aws:sns:us-east-1:000000000000:${name}`
  expect(await sns('create-topic', '--name', name, '--attributes', 'DisplayName=The News')).toEqual({
    TopicArn: topicArn,
  })
  const email = newEmail()
  const subscription = ['--topic-arn', topicArn, '--protocol', 'email', '--notification-endpoint', email]
  expect(await sns('subscribe', ...subscription)).toEqual({ SubscriptionArn: 'pending confirmation' })

  const [confirmation] = await cloud.emails(email)
  const answer = await fetch(linkIn(confirmation?.text), { headers: { accept: 'text/html' } })
  expect(await answer.text()).toContain('Subscription confirmed')

  await sns('publish', '--topic-arn', topicArn, '--subject', 'Hello', '--message', 'Is anybody there?')
  expect(await cloud.emails(email)).toMatchObject([
    { to: email, from: 'The News <no-reply@sns.amazonaws.com>', subject: 'Hello' },
    { subject: 'AWS Notification - Subscription Confirmation' },
  ])

  await cloud.kill()
  cloud = await startCloud(stateDir)
  await sns('publish', '--topic-arn', topicArn, '--message', 'Still there?')
  const [notification] = await cloud.emails(email)
  expect(notification?.text).toMatch(/^Still there\?\n/)

  await fetch(linkIn(notification?.text))
  expect(await sns('list-subscriptions-by-topic', '--topic-arn', topicArn)).toEqual({ Subscriptions: [] })
  await sns('delete-topic', '--topic-arn', topicArn)
  expect(await refusal('sns', 'publish', '--topic-arn', topicArn, '--message', 'x')).toContain('Topic does not exist')
})

test('a text message is in the inbox', async () => {
  await sns('publish', '--phone-number', '+15551234567', '--message', 'Your code is 1234')
  expect(await cloud.emails('+15551234567')).toMatchObject([{ subject: 'SMS', text: 'Your code is 1234' }])
  await expect(sns('publish', '--phone-number', '555', '--message', 'x')).rejects.toThrow(
    'An error occurred (InvalidParameter) when calling the Publish operation: Invalid parameter: PhoneNumber Reason: 555 is not valid to publish to',
  )
})

test('a rule feeds a topic, which feeds a queue', async () => {
  const name = `curious-${randomUUID().slice(0, 8)}`
  const arn = (service: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`
  await awsCli(cloud.endpoint, 'sqs', 'create-queue', '--queue-name', name)
  await sns('create-topic', '--name', name)
  const raw = ['--attributes', 'RawMessageDelivery=true']
  await sns('subscribe', '--topic-arn', arn('sns'), '--protocol', 'sqs', '--notification-endpoint', arn('sqs'), ...raw)
  const rule = ['--event-bus-name', 'ensemble-dev']
  await awsCli(cloud.endpoint, 'events', 'put-rule', ...rule, '--name', name, '--event-pattern', '{"source":["test"]}')
  await awsCli(cloud.endpoint, 'events', 'put-targets', ...rule, '--rule', name, '--targets', `Id=1,Arn=${arn('sns')}`)
  const entry = { EventBusName: 'ensemble-dev', Source: 'test', DetailType: 'Tested', Detail: '{"a":1}' }
  await awsCli(cloud.endpoint, 'events', 'put-events', '--entries', JSON.stringify([entry]))
  const queueUrl = `${cloud.endpoint}/000000000000/${name}`
  const { Messages } = Received.parse(
    await awsCli(cloud.endpoint, 'sqs', 'receive-message', '--queue-url', queueUrl, '--wait-time-seconds', '10'),
  )
  expect(JSON.parse(Messages[0].Body)).toMatchObject({ 'detail-type': 'Tested', detail: { a: 1 } })
})

test('a state machine is found; an execution of it is started once, followed and stopped', async () => {
  const states = (...args: readonly string[]) => awsCli(cloud.endpoint, 'stepfunctions', ...args)
  const STATES = 'arn:aws:states:us-east-1:000000000000'
  const MACHINE = `${STATES}:stateMachine:ensemble-dev-place-order`
  const machine = ['--state-machine-arn', MACHINE] as const
  const name = `cli-${randomUUID().slice(0, 8)}`
  const executionArn = `${STATES}:execution:ensemble-dev-place-order:${name}`
  const execution = ['--execution-arn', executionArn] as const
  // No order: it is tried again and again for a while.
  const start = ['start-execution', ...machine, '--name', name] as const
  expect(await states(...start, '--input', '{}')).toEqual({ executionArn, startDate: expect.any(String) })
  const [other, machines, running, begun, lastly] = await Promise.all([
    refusal('stepfunctions', ...start, '--input', '{"another":1}'),
    states('list-state-machines', '--query', 'stateMachines[].stateMachineArn'),
    states(
      ...['list-executions', ...machine, '--status-filter', 'RUNNING', '--page-size', '1'],
      ...['--query', 'executions[].name'],
    ),
    states('get-execution-history', ...execution, '--max-items', '2', '--page-size', '1', '--query', 'events[].type'),
    states('get-execution-history', ...execution, '--reverse-order', '--query', 'events[-1].[id,type]'),
  ])
  expect(other).toContain('(ExecutionAlreadyExists) when calling the StartExecution operation')
  expect(machines).toContain(MACHINE)
  expect(running).toContain(name)
  expect(begun).toEqual(['ExecutionStarted', 'TaskStateEntered'])
  expect(lastly).toEqual([1, 'ExecutionStarted'])
  await states('stop-execution', ...execution, '--error', 'Enough')
  const described = await states('describe-execution', ...execution, '--query', '[status,error,input]')
  expect(described).toEqual(['ABORTED', 'Enough', '{}'])
})

test('a banner is put, found and fetched in the bucket, which keeps nothing else', async () => {
  const bucket = 'ensemble-dev-banners-000000000000-us-east-1'
  const s3 = (...args: readonly string[]) => awsCli(cloud.endpoint, 's3api', ...args, '--bucket', bucket)
  const putAs = (key: string) => s3('put-object', '--key', key, '--body', PICTURE, '--content-type', 'image/png')
  const [key, misnamed] = [`banners/${randomUUID()}.png`, `banners/${randomUUID()}.jpg`]
  await Promise.all([putAs(key), putAs(misnamed)])
  await cloud.settled()
  const [head, listed, none, cors, link] = await Promise.all([
    s3('head-object', '--key', key),
    s3('list-objects-v2', '--prefix', key, '--query', 'Contents[].Key'),
    refusal('s3api', 'head-object', '--bucket', bucket, '--key', misnamed),
    s3('get-bucket-cors', '--query', 'CORSRules[].AllowedMethods[]'),
    runAwsCli(cloud.endpoint, 's3', 'presign', `s3://${bucket}/${key}`),
  ])
  expect(head).toMatchObject({ ContentType: 'image/png', ContentLength: statSync(PICTURE).size })
  expect(listed).toEqual([key])
  expect(none).toContain('(404)')
  expect(cors).toEqual(['PUT'])
  const picture = Buffer.from(await (await fetch(link.stdout.trim())).arrayBuffer())
  expect(picture.equals(readFileSync(PICTURE))).toBe(true)
})
