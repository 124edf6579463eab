import {
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
} from '@aws-sdk/client-sns'
import { describe, expect, test } from 'vitest'
import { FUNCTION, JOBS, startSns, TOPIC } from './sns.ts'

async function startWithQueue(attributes: Record<string, string> = {}) {
  const started = await startSns()
  await started.addQueue()
  await started.addTopic()
  return { ...started, arn: await started.subscribe('sqs', JOBS, attributes) }
}

describe('to a queue', () => {
  test('in an envelope', async () => {
    const { publish, received, arn } = await startWithQueue()
    const { MessageId } = await publish('Hello <world> & all ☃', {
      Subject: 'Greeting',
      MessageAttributes: { n: { DataType: 'Number', StringValue: '99.12' } },
    })
    const [message] = received()
    expect(message?.messageAttributes).toEqual({})
    expect(JSON.parse(message?.body ?? '')).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'Greeting',
      Message: 'Hello <world> & all ☃',
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.any(String),
      UnsubscribeURL: expect.stringContaining(`SubscriptionArn=${encodeURIComponent(arn)}`),
      MessageAttributes: { n: { Type: 'Number', Value: '99.12' } },
    })
  })

  test('raw, with its attributes', async () => {
    const { publish, received } = await startWithQueue({ RawMessageDelivery: 'true' })
    const attributes = {
      n: { DataType: 'Number', StringValue: '99.12' },
      b: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
    }
    await publish('just this', { MessageAttributes: attributes })
    expect(received()).toMatchObject([
      { body: 'just this', messageAttributes: { n: attributes.n, b: { DataType: 'Binary', BinaryValue: 'AQL/' } } },
    ])
  })

  test('what does not reach it goes to the dead letters', async () => {
    const { addQueue, publish, received, client, arn, sqs, warnings } = await startWithQueue()
    await addQueue('dead')
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: arn,
        AttributeName: 'RedrivePolicy',
        AttributeValue: JSON.stringify({ deadLetterTargetArn: JOBS.replace('jobs', 'dead') }),
      }),
    )
    const { services } = sqs
    await services?.sqs?.({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.DeleteQueue' },
      body: Buffer.from(JSON.stringify({ QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs' })),
      caller: 'test',
    })
    await publish('lost?')
    expect(received(JOBS.replace('jobs', 'dead'))).toMatchObject([{ body: expect.stringContaining('"lost?"') }])
    expect(warnings).toEqual([])
  })

  test.for<[string, object, object, boolean]>([
    ['a value', { k: ['a', 'b'] }, { k: { DataType: 'String', StringValue: 'b' } }, true],
    ['no value', { k: ['a', 'b'] }, {}, false],
    ['a number is no string', { k: ['1'] }, { k: { DataType: 'Number', StringValue: '1' } }, false],
    ['a number', { k: [1] }, { k: { DataType: 'Number', StringValue: '1.0' } }, true],
    ['an element of an array', { k: ['y'] }, { k: { DataType: 'String.Array', StringValue: '["x","y"]' } }, true],
    ['anything but', { k: [{ 'anything-but': ['a'] }] }, { k: { DataType: 'String', StringValue: 'b' } }, true],
    [
      'a binary is not seen',
      { k: [{ exists: true }] },
      { k: { DataType: 'Binary', BinaryValue: Buffer.from('x') } },
      false,
    ],
    ['one is missing, among others', { k: [{ exists: false }] }, { l: { DataType: 'String', StringValue: 'b' } }, true],
    ['all are missing', { k: [{ exists: false }] }, {}, false],
    ['$or', { $or: [{ k: ['a'] }, { l: ['b'] }] }, { l: { DataType: 'String', StringValue: 'b' } }, true],
  ])('filtered: %s', async ([, policy, MessageAttributes, passes]) => {
    const { publish, received } = await startWithQueue({ FilterPolicy: JSON.stringify(policy) })
    await publish('x', { MessageAttributes })
    expect(received()).toHaveLength(passes ? 1 : 0)
  })

  test('a filter policy can be changed and taken away', async () => {
    const { client, arn, publish, received } = await startWithQueue({ FilterPolicy: '{"k":["a"]}' })
    const set = (AttributeValue: string) =>
      client.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName: 'FilterPolicy', AttributeValue }),
      )
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'b' } }
    await publish('1', { MessageAttributes })
    await set('{"k":["b"]}')
    await publish('2', { MessageAttributes })
    await set('{}')
    await publish('3')
    expect(received().map(({ body }) => JSON.parse(body).Message)).toEqual(['2', '3'])
  })
})

describe('to a function', () => {
  test('as an event, without waiting for it', async () => {
    const events: unknown[] = []
    const { publish, subscribe, addTopic } = await startSns({
      functions: {
        exists: () => true,
        invokeLater: (functionArn, payload) => void events.push({ functionArn, ...JSON.parse(payload) }),
      },
    })
    await addTopic()
    const EventSubscriptionArn = await subscribe('lambda', FUNCTION)
    const { MessageId } = await publish('Hello', { MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } } })
    expect(events).toMatchObject([
      {
        functionArn: FUNCTION,
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn,
            Sns: {
              MessageId,
              Subject: null,
              Message: 'Hello',
              MessageAttributes: { k: { Type: 'String', Value: 'v' } },
            },
          },
        ],
      },
    ])
  })

  test('that does not exist: the dead letters, in the envelope that queues get', async () => {
    const { publish, subscribe, addTopic, addQueue, received } = await startSns()
    await addQueue()
    await addTopic()
    await subscribe('lambda', FUNCTION, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: JOBS }) })
    await publish('Hello')
    expect(received().map(({ body }) => JSON.parse(body).Message)).toEqual(['Hello'])
  })
})

test('PublishBatch answers each entry for itself', async () => {
  const { client, received } = await startWithQueue({ RawMessageDelivery: 'true' })
  const entries = (ids: readonly string[]) => ids.map((Id) => ({ Id, Message: `message ${Id}` }))
  const send = (PublishBatchRequestEntries: readonly { Id: string; Message: string; Subject?: string }[]) =>
    client.send(
      new PublishBatchCommand({ TopicArn: TOPIC, PublishBatchRequestEntries: [...PublishBatchRequestEntries] }),
    )
  expect(await send([...entries(['one', 'two']), { Id: 'three', Message: 'x', Subject: 'a\nb' }])).toMatchObject({
    Successful: [{ Id: 'one' }, { Id: 'two' }],
    Failed: [{ Id: 'three', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true }],
  })
  expect(received().map(({ body }) => body)).toEqual(['message one', 'message two'])
  await expect(send(entries(['a', 'a']))).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinctException' })
  await expect(send(entries(['a.b']))).rejects.toMatchObject({ name: 'InvalidBatchEntryIdException' })
  await expect(send(entries(Array.from({ length: 11 }, (_, i) => `${i}`)))).rejects.toMatchObject({
    name: 'TooManyEntriesInBatchRequestException',
  })
})

describe('Publish refuses', () => {
  test.for<[string, Partial<PublishCommandInput>]>([
    ['Invalid parameter: Empty message', { Message: '' }],
    ['Invalid parameter: Message too long', { Message: 'x'.repeat(262_145) }],
    ['Invalid parameter: Subject', { Subject: '' }],
    ['Invalid parameter: Subject', { Subject: 'a\r\nBcc: eve@example.com' }],
    ['Invalid parameter: Subject', { Subject: 'x'.repeat(101) }],
    ['Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1', { TopicArn: 'news' }],
    ['Topic does not exist', { TopicArn: `${TOPIC}-of-tomorrow` }],
    ['Invalid parameter: Message Structure - JSON message body failed to parse', { MessageStructure: 'json' }],
    [
      'Invalid parameter: Message Structure - No default entry in JSON message body',
      { MessageStructure: 'json', Message: '{"sms":"x"}' },
    ],
    [
      "The message attribute 'a' with type 'String' must use field 'String'.",
      { MessageAttributes: { a: { DataType: 'String', BinaryValue: Buffer.from('x') } } },
    ],
    [
      "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
      { MessageAttributes: { a: { DataType: 'Json', StringValue: 'x' } } },
    ],
    [
      "Message attribute name can not have successive '.' character.",
      { MessageAttributes: { 'a..b': { DataType: 'String', StringValue: 'x' } } },
    ],
  ])('%s', async ([message, input]) => {
    const { publish, received } = await startWithQueue()
    await expect(publish('text', input)).rejects.toMatchObject({ message })
    expect(received()).toEqual([])
  })
})

test('a deleted subscription gets nothing', async () => {
  const { client, publish, received, open, arn } = await startWithQueue()
  await open(`http://x/?Action=Unsubscribe&SubscriptionArn=${arn}`)
  await publish('x')
  expect(received()).toEqual([])
  expect(await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).toMatchObject({
    Subscriptions: [],
  })
})
