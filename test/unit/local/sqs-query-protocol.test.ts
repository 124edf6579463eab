import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createSqs, type Sqs } from '../../../infra/local/engines/sqs.ts'
import { callJson, cloudContext } from './cloud-context.ts'

const QueueUrl = 'http://127.0.0.1:4566/000000000000/jobs'
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

let sqs: Sqs
beforeEach(async () => {
  const context = cloudContext()
  const fauxqs = createFauxqs(context)
  sqs = createSqs(context, fauxqs)
  onTestFinished(async () => {
    await sqs.stop?.()
    await fauxqs.close()
  })
  await call('CreateQueue', { QueueName: 'jobs', 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '7' })
})

/** One call as an older SDK makes it: a form, to the queue's own path. */
async function call(action: string, parameters: Readonly<Record<string, string>> = {}) {
  const answer = await sqs.services?.sqs?.({
    method: 'POST',
    url: '/000000000000/jobs',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: Buffer.from(String(new URLSearchParams({ Action: action, Version: '2012-11-05', ...parameters }))),
    caller: 'test',
  })
  expect(answer?.headers?.['content-type']).toBe('text/xml')
  return { status: answer?.status, xml: String(answer?.body) }
}
const json = async (operation: string, input: object) =>
  (await callJson(sqs.services?.sqs, `AmazonSQS.${operation}`, input)).json

/** The text of every element of this name. */
const texts = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, text = '']) => text)

describe('queues', () => {
  test('are made with attributes and tags, and are those of the JSON protocol', async () => {
    const { status, xml } = await call('CreateQueue', {
      QueueName: 'tagged',
      'Attribute.1.Name': 'DelaySeconds',
      'Attribute.1.Value': '5',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'events & more',
    })
    expect(status).toBe(200)
    expect(xml).toMatch(
      /^<CreateQueueResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/"><CreateQueueResult><QueueUrl>[^<]+\/tagged<\/QueueUrl><\/CreateQueueResult><ResponseMetadata><RequestId>[^<]+<\/RequestId><\/ResponseMetadata><\/CreateQueueResponse>$/,
    )
    const tagged = { QueueUrl: texts(xml, 'QueueUrl')[0] ?? '' }
    expect(await json('ListQueueTags', tagged)).toEqual({ Tags: { team: 'events & more' } })
    expect(await json('GetQueueAttributes', { ...tagged, AttributeNames: ['DelaySeconds'] })).toEqual({
      Attributes: { DelaySeconds: '5' },
    })
    expect((await call('ListQueueTags', tagged)).xml).toContain(
      '<Tag><Key>team</Key><Value>events &amp; more</Value></Tag>',
    )
    await call('UntagQueue', { ...tagged, 'TagKey.1': 'team' })
    expect((await call('ListQueueTags', tagged)).xml).not.toContain('<Tag>')
  })

  test('are listed, each in an element', async () => {
    await call('CreateQueue', { QueueName: 'jobs-too' })
    const { xml } = await call('ListQueues', { QueueNamePrefix: 'jobs' })
    expect(texts(xml, 'QueueUrl')).toEqual([QueueUrl, `${QueueUrl}-too`])
  })

  test('show the attributes that are asked for', async () => {
    const { xml } = await call('GetQueueAttributes', {
      QueueUrl,
      'AttributeName.1': 'VisibilityTimeout',
      'AttributeName.2': 'DelaySeconds',
    })
    expect(xml).toContain(
      '<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute><Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>',
    )
  })

  test('tell whose dead letters they hold', async () => {
    await call('CreateQueue', {
      QueueName: 'source',
      'Attribute.1.Name': 'RedrivePolicy',
      'Attribute.1.Value': '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:jobs","maxReceiveCount":"3"}',
    })
    const { xml } = await call('ListDeadLetterSourceQueues', { QueueUrl, MaxResults: '5' })
    expect(texts(xml, 'QueueUrl')).toEqual(['http://127.0.0.1:4566/000000000000/source'])
  })
})

describe('messages', () => {
  const body = '<a & "b">\r\né😀'

  test('arrive as they were sent, with their attributes', async () => {
    const sent = await call('SendMessage', {
      QueueUrl,
      MessageBody: body,
      DelaySeconds: '0',
      'MessageAttribute.1.Name': 'Text',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'x < y',
      'MessageAttribute.2.Name': 'Bytes',
      'MessageAttribute.2.Value.DataType': 'Binary',
      'MessageAttribute.2.Value.BinaryValue': 'aGk=',
    })
    expect(texts(sent.xml, 'MD5OfMessageBody')).toEqual([md5(body)])

    const { xml } = await call('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: '10',
      'MessageAttributeName.1': 'All',
      'AttributeName.1': 'ApproximateReceiveCount',
    })
    expect(texts(xml, 'MessageId')).toEqual(texts(sent.xml, 'MessageId'))
    expect(xml).toContain('<Body>&lt;a &amp; "b"&gt;&#13;\né😀</Body>')
    expect(xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>')
    expect(xml).toMatch(/<MessageAttribute><Name>Text<\/Name><Value>.*<StringValue>x &lt; y<\/StringValue>.*<\/Value>/)
    expect(xml).toMatch(/<Name>Bytes<\/Name><Value>.*<BinaryValue>aGk=<\/BinaryValue>/)
    expect((await call('ReceiveMessage', { QueueUrl })).xml).toContain('<ReceiveMessageResult></ReceiveMessageResult>')
  })

  test('are sent and deleted in batches, in order, more than nine too', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => String(index + 1))
    const entries = (name: string, fields: (id: string) => object) =>
      Object.fromEntries(
        ids.flatMap((id) =>
          Object.entries({ Id: id, ...fields(id) }).map(([field, value]) => [`${name}.${id}.${field}`, value]),
        ),
      )
    const sent = await call('SendMessageBatch', {
      QueueUrl,
      ...entries('SendMessageBatchRequestEntry', (id) => ({ MessageBody: `number ${id}` })),
    })
    expect(texts(texts(sent.xml, 'SendMessageBatchResultEntry').join(''), 'Id')).toEqual(ids)

    const received = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: '10', VisibilityTimeout: '60' })
    expect(texts(received.xml, 'Body')).toEqual(ids.map((id) => `number ${id}`))
    const handles = texts(received.xml, 'ReceiptHandle')
    const deleted = await call('DeleteMessageBatch', {
      QueueUrl,
      ...entries('DeleteMessageBatchRequestEntry', (id) => ({ ReceiptHandle: handles[Number(id) - 1] ?? '' })),
    })
    expect(texts(deleted.xml, 'DeleteMessageBatchResultEntry')).toHaveLength(10)
  })

  test('a batch tells which of its entries failed', async () => {
    const { status, xml } = await call('ChangeMessageVisibilityBatch', {
      QueueUrl,
      'ChangeMessageVisibilityBatchRequestEntry.1.Id': 'a',
      'ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle': 'none',
      'ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout': '0',
    })
    expect(status).toBe(200)
    expect(texts(xml, 'BatchResultErrorEntry')).toEqual([expect.stringContaining('<Id>a</Id>')])
  })
})

test.each([
  ['no such queue', 'GetQueueUrl', { QueueName: 'nowhere' }, 'AWS.SimpleQueueService.NonExistentQueue'],
  ['another queue of that name', 'CreateQueue', conflicting(), 'QueueAlreadyExists'],
  ['a wrong value', 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: '11' }, 'InvalidParameterValue'],
  [
    'an operation of our own',
    'ListMessageMoveTasks',
    { SourceArn: 'arn:aws:sqs:us-east-1:0:none' },
    'ResourceNotFoundException',
  ],
  ['no such action', 'AddPermission', { QueueUrl, 'AWSAccountId.1': '1' }, 'InvalidAction'],
  ['no action', '', {}, 'InvalidAction'],
])('%s is an error in XML', async (_, action, parameters, code) => {
  const { status, xml } = await call(action, parameters)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(xml).toMatch(/^<ErrorResponse xmlns="[^"]+"><Error><Type>Sender<\/Type>/)
  expect(texts(xml, 'Code')).toEqual([code])
  expect(texts(xml, 'Message')[0]).not.toBe('')
})

function conflicting(): Record<string, string> {
  return { QueueName: 'jobs', 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '8' }
}
