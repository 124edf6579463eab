import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createSqs, type Sqs } from '../../../infra/local/engines/sqs.ts'
import { clientConfig } from '../../support/client-config.ts'
import { until } from '../../support/until.ts'
import { callJson, cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const JOBS = arnOf('jobs')
const DEAD = arnOf('jobs-dlq')

function start(stateDir = temporaryFolder(), endpoint = 'http://127.0.0.1:4566') {
  const fauxqs = createFauxqs(cloudContext(stateDir, { endpoint }))
  const sqs = createSqs(cloudContext(stateDir, { endpoint }), fauxqs)
  const stop = async () => {
    await sqs.stop?.()
    await fauxqs.close()
  }
  return { sqs, fauxqs, stop }
}

async function startWithQueues(properties: object = {}, maxReceiveCount = 2): Promise<Sqs> {
  const { sqs, stop } = start()
  onTestFinished(stop)
  await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs-dlq' })
  await provision(sqs, 'AWS::SQS::Queue', {
    QueueName: 'jobs',
    RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount },
    ...properties,
  })
  return sqs
}

describe('a queue', () => {
  test('has the attributes of the template, and no longer what the template dropped', async () => {
    const sqs = await startWithQueues({ VisibilityTimeout: '7' })
    const attributes = async () => {
      const input = { QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs', AttributeNames: ['All'] }
      return (await callJson(sqs.services?.sqs, 'AmazonSQS.GetQueueAttributes', input)).json
    }
    expect(await attributes()).toMatchObject({
      Attributes: {
        VisibilityTimeout: '7',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 2 }),
      },
    })
    const again = await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs' })
    expect(again).toEqual({
      ref: 'http://127.0.0.1:4566/000000000000/jobs',
      attributes: { Arn: JOBS, QueueName: 'jobs', QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs' },
    })
    expect(await attributes()).toMatchObject({ Attributes: { VisibilityTimeout: '30' } })
    expect(await attributes()).not.toHaveProperty('Attributes.RedrivePolicy')
  })

  test('refuses a property that it does not know', async () => {
    const { sqs, stop } = start()
    onTestFinished(stop)
    await expect(
      provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs', FifoThroughputLimit: 'perQueue' }),
    ).rejects.toThrow('FifoThroughputLimit')
  })

  test('is told by name when it is missing', async () => {
    const sqs = await startWithQueues()
    expect(() => sqs.send(arnOf('nowhere'), 'x')).toThrow(
      expect.objectContaining({ code: 'AWS.SimpleQueueService.NonExistentQueue' }),
    )
    expect(sqs.exists(arnOf('nowhere'))).toBe(false)
    expect(sqs.exists(JOBS)).toBe(true)
  })
})

describe('messages', () => {
  test('are handed out once, more than ten at a time, with their attributes', async () => {
    const sqs = await startWithQueues()
    for (let i = 0; i < 25; i++) sqs.send(JOBS, `{"i":${i}}`, { RULE: 'r' })
    const received = sqs.receive(JOBS, 20)
    expect(received.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, i) => `{"i":${i}}`))
    expect(received[0]).toMatchObject({
      receiveCount: 1,
      messageAttributes: { RULE: { DataType: 'String', StringValue: 'r' } },
    })
    expect(sqs.receive(JOBS, 20)).toHaveLength(5)
    expect(sqs.receive(JOBS, 20)).toHaveLength(0)
  })

  test('wake a listener when they come, once for those that come together', async () => {
    const sqs = await startWithQueues()
    const wake = vi.fn()
    const unsubscribe = sqs.onVisible(JOBS, wake)
    sqs.send(JOBS, 'one')
    sqs.send(JOBS, 'two')
    await until(() => expect(wake).toHaveBeenCalledTimes(1))
    unsubscribe()
    sqs.send(JOBS, 'three')
    const late = vi.fn()
    sqs.onVisible(JOBS, late)
    await until(() => expect(late).toHaveBeenCalled())
    expect(wake).toHaveBeenCalledTimes(1)
  })

  test('come back when their visibility timeout ends, and wake the listener then', async () => {
    const sqs = await startWithQueues({ VisibilityTimeout: 1 })
    const counts: number[] = []
    sqs.onVisible(JOBS, () => counts.push(...sqs.receive(JOBS, 10).map(({ receiveCount }) => receiveCount)))
    sqs.send(JOBS, 'again')
    await until(() => expect(counts).toEqual([1, 2]))
  })

  test('come back at once when their visibility timeout is set to zero, and are not lost by it', async () => {
    const stateDir = temporaryFolder()
    const first = start(stateDir)
    await provision(first.sqs, 'AWS::SQS::Queue', { QueueName: 'jobs' })
    first.sqs.send(JOBS, 'again')
    const [message] = first.sqs.receive(JOBS, 1)
    first.sqs.changeVisibility(JOBS, message?.receiptHandle ?? '', 0)
    expect(first.sqs.receive(JOBS, 1)).toMatchObject([{ receiveCount: 2 }])
    await first.stop()
    const second = start(stateDir)
    onTestFinished(second.stop)
    second.sqs.releaseInFlight(JOBS, 0)
    // That it was held when its process ended does not count.
    await until(() => expect(second.sqs.receive(JOBS, 1)).toMatchObject([{ body: 'again', receiveCount: 2 }]))
  })

  test('wait for their delay', async () => {
    const sqs = await startWithQueues({ DelaySeconds: 1 })
    const bodies: string[] = []
    const sentAt = Date.now()
    sqs.onVisible(JOBS, () => bodies.push(...sqs.receive(JOBS, 10).map(({ body }) => body)))
    sqs.send(JOBS, 'later')
    await until(() => expect(bodies).toEqual(['later']))
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(1000)
  })

  test('become dead letters when they were received too often, which is told', async () => {
    const sqs = await startWithQueues({ VisibilityTimeout: 1 }, 1)
    const dead: string[] = []
    sqs.onDeadLettered((queueArn, messageId) => dead.push(`${queueArn} ${messageId}`))
    const { messageId } = sqs.send(JOBS, 'poison')
    sqs.onVisible(JOBS, () => sqs.receive(JOBS, 10))
    await until(() => expect(dead).toEqual([`${JOBS} ${messageId}`]))
    expect(sqs.receive(DEAD, 10)).toMatchObject([{ messageId, body: 'poison' }])
  })
})

describe('state', () => {
  test('outlives the process, whatever port the endpoint has next', async () => {
    const stateDir = temporaryFolder()
    const first = start(stateDir)
    await provision(first.sqs, 'AWS::SQS::Queue', { QueueName: 'jobs' })
    for (const body of ['done', 'held', 'waiting']) first.sqs.send(JOBS, body)
    const [done] = first.sqs.receive(JOBS, 2)
    first.sqs.delete(JOBS, done?.receiptHandle ?? '')
    // Not stopped: this is what a SIGKILL leaves.
    const second = start(stateDir, 'http://127.0.0.1:9999')
    onTestFinished(second.stop)
    onTestFinished(first.stop)
    const { ref } = await provision(second.sqs, 'AWS::SQS::Queue', { QueueName: 'jobs' })
    expect(ref).toBe('http://127.0.0.1:9999/000000000000/jobs')
    expect(second.sqs.receive(JOBS, 10).map(({ body }) => body)).toEqual(['waiting'])
  })

  test('messages of a dead worker are released when its time would have been up', async () => {
    const stateDir = temporaryFolder()
    const first = start(stateDir)
    await provision(first.sqs, 'AWS::SQS::Queue', { QueueName: 'jobs', VisibilityTimeout: 600 })
    first.sqs.send(JOBS, 'held')
    const receivedAt = Date.now()
    first.sqs.receive(JOBS, 1)
    await first.stop()
    const second = start(stateDir)
    onTestFinished(second.stop)
    const bodies: string[] = []
    second.sqs.onVisible(JOBS, () => bodies.push(...second.sqs.receive(JOBS, 10).map(({ body }) => body)))
    second.sqs.releaseInFlight(JOBS, 1)
    await until(() => expect(bodies).toEqual(['held']))
    expect(Date.now() - receivedAt).toBeGreaterThanOrEqual(1000)
  })

  test('what was being worked on when the process died is received again without that counting, however often', async () => {
    const stateDir = temporaryFolder()
    const counts: number[] = []
    // The third dies before anybody has the message again.
    for (const seconds of [0, 0, 600, 0]) {
      const { sqs, stop } = start(stateDir)
      await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs', VisibilityTimeout: 600 })
      if (counts.length === 0) sqs.send(JOBS, 'held')
      sqs.onVisible(JOBS, () => counts.push(...sqs.receive(JOBS, 1).map(({ receiveCount }) => receiveCount)))
      const before = counts.length
      sqs.releaseInFlight(JOBS, seconds)
      if (seconds === 0) await until(() => expect(counts).toHaveLength(before + 1))
      await stop()
    }
    expect(counts).toEqual([1, 1, 1])
  })

  test('that cannot be read is told in one sentence', () => {
    const stateDir = temporaryFolder()
    mkdirSync(join(stateDir, 'fauxqs'))
    writeFileSync(
      join(stateDir, 'fauxqs', 'fauxqs.db'),
      'this is no database, and long enough for SQLite to see that'.repeat(50),
    )
    expect(() => start(stateDir)).toThrow(/^The queues and buckets in .* cannot be read \(file is not a database\)/)
  })
})

describe('the API', () => {
  test('serves the SDK, and takes every character that SQS takes', async () => {
    const sqs = await startWithQueues()
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { method = '', url = '', headers } = request
      const answer = await sqs.services?.sqs?.({ method, url, headers, body: Buffer.concat(chunks), caller: 'test' })
      response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    // Whatever Region a client is set to: there is one here.
    const client = new SQSClient({ ...clientConfig(endpoint), region: 'eu-west-1' })
    onTestFinished(() => client.destroy())
    const QueueUrl = `${endpoint}/000000000000/jobs`
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'Zoë 🎈' }))
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
    )
    expect(Messages).toMatchObject([{ Body: 'Zoë 🎈', Attributes: { ApproximateReceiveCount: '1' } }])
    const refused = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a\u0000b' }))
    await expect(refused).rejects.toThrow(SQSServiceException)
  })

  test('names the queues behind a dead-letter queue', async () => {
    const sqs = await startWithQueues()
    const input = { QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs-dlq' }
    const { json } = await callJson(sqs.services?.sqs, 'AmazonSQS.ListDeadLetterSourceQueues', input)
    expect(json).toEqual({ queueUrls: ['http://127.0.0.1:4566/000000000000/jobs'] })
  })

  test('moves dead letters back to where they came from', async () => {
    const sqs = await startWithQueues()
    for (let i = 0; i < 25; i++) sqs.send(DEAD, `{"i":${i}}`)
    const call = (operation: string, input: object) => callJson(sqs.services?.sqs, `AmazonSQS.${operation}`, input)
    const started = await call('StartMessageMoveTask', { SourceArn: DEAD })
    expect(started).toMatchObject({ status: 200, json: { TaskHandle: expect.any(String) } })
    expect(await call('StartMessageMoveTask', { SourceArn: DEAD })).toMatchObject({
      status: 400,
      json: { __type: 'com.amazonaws.sqs#UnsupportedOperation' },
    })
    await until(async () =>
      expect((await call('ListMessageMoveTasks', { SourceArn: DEAD })).json).toMatchObject({
        Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 25, ApproximateNumberOfMessagesToMove: 25 }],
      }),
    )
    expect(sqs.receive(JOBS, 100)).toHaveLength(25)
    expect(sqs.receive(DEAD, 100)).toHaveLength(0)
  })

  test('moves them at the pace asked for, until that is cancelled', async () => {
    const sqs = await startWithQueues()
    for (let i = 0; i < 20; i++) sqs.send(DEAD, `{"i":${i}}`)
    const call = (operation: string, input: object) => callJson(sqs.services?.sqs, `AmazonSQS.${operation}`, input)
    const { json } = await call('StartMessageMoveTask', { SourceArn: DEAD, MaxNumberOfMessagesPerSecond: 20 })
    await until(() => expect(sqs.receive(JOBS, 1)).toHaveLength(1))
    const cancelled = await call('CancelMessageMoveTask', json === null || typeof json !== 'object' ? {} : json)
    expect(cancelled.status).toBe(200)
    expect(await call('CancelMessageMoveTask', { TaskHandle: 'unknown' })).toMatchObject({ status: 404 })
    const left = sqs.receive(DEAD, 100).length
    expect(left).toBeGreaterThan(10)
    expect(left + 1 + sqs.receive(JOBS, 100).length).toBe(20)
  })

  test('refuses to move what is no dead-letter queue', async () => {
    const sqs = await startWithQueues()
    const { status, json } = await callJson(sqs.services?.sqs, 'AmazonSQS.StartMessageMoveTask', { SourceArn: JOBS })
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { message: 'Source queue must be configured as a Dead Letter Queue.' },
    })
  })
})
