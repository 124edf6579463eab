import { randomUUID } from 'node:crypto'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { type Ran, runCommand } from '../support/command.ts'
import { newEmail } from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const CONSUMER = 'send-verification'
const DEAD = `ensemble-dev-${CONSUMER}-dlq`
const UNDELIVERED = `ensemble-dev-${CONSUMER}-undelivered`
const STREAM = 'ensemble-dev-announce-expired-dlq'
const client = () => clientConfig(cloud.endpoint)
const dlq = (...args: readonly string[]): Promise<Ran> =>
  runCommand('dlq', [...args, '--aws-port', new URL(cloud.endpoint).port])

const url = async (QueueName: string) =>
  (await new SQSClient(client()).send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
async function count(queue: string): Promise<number> {
  const { Attributes = {} } = await new SQSClient(client()).send(
    new GetQueueAttributesCommand({ QueueUrl: await url(queue), AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  return Number(Attributes.ApproximateNumberOfMessages)
}

beforeEach(async () => {
  for (const queue of [DEAD, UNDELIVERED, STREAM, 'ensemble-dev-keep-registrations-dlq'])
    await new SQSClient(client()).send(new PurgeQueueCommand({ QueueUrl: await url(queue) }))
})

const event = (data: object) => ({
  metadata: { eventId: randomUUID(), correlationId: 'c', version: 1, occurredAt: new Date().toISOString() },
  data: { registrationId: randomUUID(), name: 'Ada', expiresAt: Math.floor(Date.now() / 1000) + 3600, ...data },
})

/** Puts an event on the bus, and waits until its consumers are done with it. */
async function put(detail: object): Promise<void> {
  await new EventBridgeClient(client()).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: 'ensemble-dev',
          Source: 'ensemble.registrations',
          DetailType: 'RegistrationRequested',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  )
  await cloud.settled()
}

/** What EventBridge hands to a queue. */
const envelope = (detail: object, id: string = randomUUID()) =>
  JSON.stringify({
    version: '0',
    id,
    'detail-type': 'RegistrationRequested',
    source: 'ensemble.registrations',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail,
  })

/** Puts a message where the cloud would. */
async function send(queue: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
  const { MessageId = '' } = await new SQSClient(client()).send(
    new SendMessageCommand({
      QueueUrl: await url(queue),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  )
  return MessageId
}

describe('an event that breaks its contract', () => {
  test('is listed with its reason, shown, and stays where it is', async () => {
    await put(event({}))
    const { code, stdout } = await dlq('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /send-verification +1 +RegistrationRequested +\S+Z +\S+Z +UnprocessableEvent: data.email: invalid_type/,
    )
    expect(stdout).toMatch(/keep-registrations +1 /)
    const shown = await dlq('show', CONSUMER)
    expect(shown.stdout).toMatch(/attempts +1\n +why +UnprocessableEvent: data.email: invalid_type/)
    expect(await count(DEAD)).toBe(1)
  })

  test('is dropped, alone, and no other', async () => {
    await put(event({}))
    const kept = await send(DEAD, envelope(event({})))
    const [id = ''] = (await dlq('show', CONSUMER)).stdout.split('\n')
    expect(id).not.toBe(kept)
    expect(await dlq('drop', CONSUMER, id)).toMatchObject({
      code: 1,
      stderr: 'What is dropped is gone: say --yes where nobody can be asked.\n',
    })
    expect(await dlq('drop', CONSUMER, id, '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect((await dlq('show', CONSUMER)).stdout.split('\n')[0]).toBe(kept)
    expect((await dlq('drop', CONSUMER, '--yes')).stdout).toContain(`1 message deleted from ${DEAD}.`)
    expect((await dlq('show', CONSUMER)).stdout).toMatch(/^No dead letters of send-verification/)
  })
})

describe('redriven', () => {
  test('everything whose cause is repaired is processed', async () => {
    const email = newEmail()
    const ids = [await send(DEAD, envelope(event({ email }))), await send(DEAD, envelope(event({ email })))]
    const listed = await dlq('show', CONSUMER)
    for (const id of ids) expect(listed.stdout).toContain(id)
    expect(listed.stdout).toMatch(/attempts +unknown\n +why +unknown/)
    const { stdout } = await dlq('redrive', CONSUMER)
    expect(stdout).toBe(`2 messages from ${DEAD} to ensemble-dev-${CONSUMER}.\n`)
    await until(async () => expect(await cloud.emails(email)).toHaveLength(2))
    expect(await count(DEAD)).toBe(0)
  })

  test('one alone', async () => {
    const [email, other] = [newEmail(), newEmail()]
    const id = await send(DEAD, envelope(event({ email })))
    await send(DEAD, envelope(event({ email: other })))
    await dlq('redrive', CONSUMER, id)
    await until(async () => expect(await cloud.emails(email)).toHaveLength(1))
    expect(await cloud.emails(other)).toEqual([])
    expect(await count(DEAD)).toBe(1)
  })

  test('what EventBridge could not deliver', async () => {
    const email = newEmail()
    await send(UNDELIVERED, envelope(event({ email })), {
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'Not allowed',
      RETRY_ATTEMPTS: '3',
    })
    expect((await dlq('list')).stdout).toMatch(/send-verification +1 .* not delivered: NO_PERMISSIONS: Not allowed/)
    expect((await dlq('show', CONSUMER)).stdout).toMatch(/attempts +4/)
    await dlq('redrive', CONSUMER)
    await until(async () => expect(await cloud.emails(email)).toHaveLength(1))
    expect(await count(UNDELIVERED)).toBe(0)
  })

  test('its delivery shows what became of it', async () => {
    const detail = event({})
    await put(detail)
    const delivery = async () => {
      const events = await cloud.events({ name: 'RegistrationRequested' })
      const found = events.find(({ detail: { metadata } }) => metadata.eventId === detail.metadata.eventId)
      return { id: found?.id, ...found?.deliveries.find(({ consumer }) => consumer === CONSUMER) }
    }
    const { id, outcome } = await delivery()
    expect(outcome).toBe('dead')
    // Whoever repairs an event by hand sends it to the queue as it should have been.
    const email = newEmail()
    await send(`ensemble-dev-${CONSUMER}`, envelope({ ...detail, data: { ...detail.data, email } }, id))
    await until(async () => expect((await delivery()).outcome).toBe('processed'))
    expect(await cloud.emails(email)).toHaveLength(1)
  })
})

test('one is shown whole', async () => {
  const detail = event({ email: newEmail() })
  const id = await send(DEAD, envelope(detail))
  await send(DEAD, 'hello')
  const { stdout } = await dlq('show', CONSUMER, id)
  expect(stdout).toContain(`RegistrationRequested ${detail.metadata.eventId}`)
  expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({ detail })
  expect((await dlq('list')).stdout).toMatch(/send-verification +1 +not an event/)
})

test("what a table's stream could not tell is listed, and cannot be sent again", async () => {
  const notice = { requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 } }
  await send(STREAM, JSON.stringify(notice))
  expect((await dlq('list')).stdout).toMatch(/announce-expired +1 +changes of a table .* RetryAttemptsExhausted/)
  expect(await dlq('redrive', 'announce-expired')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^What announce-expired could not do cannot be sent again/),
  })
})

test('what a function that takes events of AWS could not do is sent again', async () => {
  const queue = 'ensemble-dev-check-banner-dlq'
  const object = { key: 'banners/gone.png', size: 20, etag: 'e' }
  const created = {
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'ensemble-dev-banners-000000000000-us-east-1' }, object },
  }
  await send(queue, JSON.stringify(created))
  expect((await dlq('redrive', 'check-banner')).stdout).toBe(`1 message from ${queue} to ensemble-dev-check-banner.\n`)
  expect(await count(queue)).toBe(0)
})

test.each([
  [[], /^Say list, show, redrive or drop\. /],
  [['delete'], /^Say list, show, redrive or drop, not "delete"\. /],
  [['show'], 'Of which consumer? npm run dlq -- show CONSUMER'],
  [['show', 'send-verificaton'], 'There is no consumer send-verificaton: did you mean send-verification?'],
  [['show', CONSUMER, 'no-such-id'], 'send-verification has no dead letter no-such-id.'],
  [['list', CONSUMER], /^"send-verification" is too much/],
  [['list', '--stage', 'prod'], /is the stage prod deployed there\?$/],
])('%j: one sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await dlq(...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr.trimEnd()).toMatch(typeof sentence === 'string' ? new RegExp(`^${RegExp.escape(sentence)}$`) : sentence)
})

test('nothing dead, and no cloud', async () => {
  expect((await dlq('list')).stdout).toMatch(/^No dead letters in the local cloud at http/)
  expect(await runCommand('dlq', ['list', '--aws-port', '1'])).toMatchObject({
    code: 1,
    stderr: 'Nothing answers at http://127.0.0.1:1: start it with npm start.\n',
  })
})
