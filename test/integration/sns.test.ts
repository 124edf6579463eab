import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { awsCli } from '../support/aws-cli.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'

// Topics with the AWS CLI, against the running app: what a person would try who has never seen it.

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const sns = (...args: readonly string[]) => awsCli(cloud.endpoint, 'sns', ...args)
const Received = z.object({ Messages: z.tuple([z.object({ Body: z.string() })]) })
const linkIn = (text = '') => /http:\S+/.exec(text)?.[0] ?? ''

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
