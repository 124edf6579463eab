import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { askConsole } from '../support/ask-console.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud?.stop()
  removeStateDir(stateDir)
})

const FUNCTION = 'ensemble-dev-send-verification'
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`
const client = () => clientConfig(cloud.endpoint)
const lambda = () => new LambdaClient(client())
const sqs = () => new SQSClient(client())

async function mapping() {
  const { EventSourceMappings = [] } = await lambda().send(
    new ListEventSourceMappingsCommand({ FunctionName: FUNCTION }),
  )
  return EventSourceMappings[0]
}
const UUID = async () => (await mapping())?.UUID ?? ''
const state = async () => (await lambda().send(new GetEventSourceMappingCommand({ UUID: await UUID() }))).State

async function waiting(QueueName: string): Promise<number> {
  const { QueueUrl } = await sqs().send(new GetQueueUrlCommand({ QueueName }))
  const { Attributes = {} } = await sqs().send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  return Number(Attributes.ApproximateNumberOfMessages)
}

/** What fails is tried again after a second, and then dead. */
async function retryOnceAndSoon(): Promise<void> {
  const { QueueUrl } = await sqs().send(new GetQueueUrlCommand({ QueueName: FUNCTION }))
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(`${FUNCTION}-dlq`), maxReceiveCount: 2 })
  await sqs().send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '1', RedrivePolicy } }))
}

const inFlight = async () =>
  z.object({ inFlight: z.number() }).parse(await (await fetch(`${cloud.siteUrl}/_console/api/status`)).json()).inFlight

test('a paused consumer leaves its events waiting, over a kill too, until it is resumed', async () => {
  expect(await mapping()).toMatchObject({ EventSourceArn: arnOf(FUNCTION), State: 'Enabled' })
  const paused = await lambda().send(new UpdateEventSourceMappingCommand({ UUID: await UUID(), Enabled: false }))
  expect(paused.State).toBe('Disabling')
  await until(async () => expect(await state()).toBe('Disabled'))

  const email = newEmail()
  await register(cloud, email)
  await until(async () => expect([await waiting(FUNCTION), await inFlight()]).toEqual([1, 1]))
  await cloud.kill()
  cloud = await startCloud(stateDir)
  expect([await state(), await waiting(FUNCTION), await inFlight()]).toEqual(['Disabled', 1, 1])
  expect(await cloud.emails(email)).toEqual([])

  await lambda().send(new UpdateEventSourceMappingCommand({ UUID: await UUID(), Enabled: true }))
  await cloud.settled()
  expect(await cloud.emails(email)).toHaveLength(1)
  expect(await state()).toBe('Enabled')
})

test('a consumer that fails on purpose retries, leaves a dead letter, and does it once that is redriven', async () => {
  await retryOnceAndSoon()
  await askConsole(cloud, `functions/${FUNCTION}/fault`, { count: 'all' })
  const email = newEmail()
  await register(cloud, email)
  await until(async () => expect(await waiting(`${FUNCTION}-dlq`)).toBe(1))
  await cloud.settled()
  const delivery = async () => {
    const [event] = await cloud.events({ name: 'RegistrationRequested' })
    return event?.deliveries.find(({ consumer }) => consumer === 'send-verification')
  }
  expect(await delivery()).toMatchObject({ outcome: 'dead', attempts: 2 })
  expect(await cloud.emails(email)).toEqual([])

  await askConsole(cloud, `functions/${FUNCTION}/fault`, { count: 0 })
  await sqs().send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(`${FUNCTION}-dlq`) }))
  await verificationMail(cloud, email)
  await until(async () => expect(await delivery()).toMatchObject({ outcome: 'processed' }))
})

test('work that was done before it failed on purpose is not done again', async () => {
  await retryOnceAndSoon()
  await askConsole(cloud, `functions/${FUNCTION}/fault`, { count: 1, point: 'after' })
  const email = newEmail()
  await register(cloud, email)
  await cloud.settled()
  const [event] = await cloud.events({ name: 'RegistrationRequested' })
  expect(event?.deliveries).toContainEqual(
    expect.objectContaining({ consumer: 'send-verification', outcome: 'duplicate', attempts: 2 }),
  )
  expect(await cloud.emails(email)).toHaveLength(1)
})

test('an invocation by API that fails on purpose looks like any that fails', async () => {
  await askConsole(cloud, `functions/${FUNCTION}/fault`, { count: 1 })
  const invoke = () => lambda().send(new InvokeCommand({ FunctionName: FUNCTION, Payload: '{"Records":[]}' }))
  const failed = await invoke()
  expect(failed.FunctionError).toBe('Unhandled')
  expect(JSON.parse(failed.Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'FailedOnPurpose' })
  expect((await invoke()).FunctionError).toBeUndefined()
})

test('a queue that a rule fills and nobody reads is a consumer too', async () => {
  await sqs().send(new CreateQueueCommand({ QueueName: 'curious' }))
  const eventBridge = new EventBridgeClient(client())
  const rule = { EventBusName: 'ensemble-dev', Name: 'curious' }
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["ensemble.registrations"]}' }))
  const { EventBusName, Name } = rule
  const Targets = [{ Id: 'queue', Arn: arnOf('curious') }]
  await eventBridge.send(new PutTargetsCommand({ EventBusName, Rule: Name, Targets }))
  await register(cloud, newEmail())
  await cloud.settled()
  const answer: unknown = await (await fetch(`${cloud.siteUrl}/_console/api/consumers`)).json()
  expect(answer).toContainEqual(
    expect.objectContaining({ name: 'curious', events: [], queue: expect.objectContaining({ waiting: 1 }) }),
  )
})
