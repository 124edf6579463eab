import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { DynamoDbProcess } from '../../../infra/local/engines/dynamodb/process.ts'
import { createDynamoDb, type DynamoDb, startDynamoDb } from '../../../infra/local/engines/dynamodb.ts'
import { until } from '../../support/until.ts'
import { callJson, cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const warn = vi.fn()
let stateDir: string
let java: DynamoDbProcess
let dynamoDb: DynamoDb

const connect = () => createDynamoDb(cloudContext(stateDir), java)

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  java = await startDynamoDb({ stateDir, warn })
  dynamoDb = connect()
})

afterAll(async () => {
  await dynamoDb?.stop?.()
  await java?.stop()
  rmSync(stateDir, { recursive: true, force: true })
  expect(warn).not.toHaveBeenCalled()
})

const table = (TableName: string, more: object = {}) =>
  provision(dynamoDb, 'AWS::DynamoDB::GlobalTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    ...more,
  })

const call = async (operation: string, input: object) => {
  const { status, json } = await callJson(dynamoDb.services?.dynamodb, operation, input)
  if (status !== 200) throw new Error(JSON.stringify(json))
  return json
}
const put = (TableName: string, id: string, more: object = {}) =>
  call('DynamoDB_20120810.PutItem', { TableName, Item: { id: { S: id }, ...more } })
const describeTable = (TableName: string) => call('DynamoDB_20120810.DescribeTable', { TableName })

describe('a table', () => {
  test('is made once, and keeps what is in it', async () => {
    const first = await table('kept')
    expect(first).toEqual({
      ref: 'kept',
      attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/kept', TableId: expect.any(String) },
    })
    await put('kept', 'a')
    expect(await table('kept')).toEqual(first)
    expect(await call('DynamoDB_20120810.GetItem', { TableName: 'kept', Key: { id: { S: 'a' } } })).toEqual({
      Item: { id: { S: 'a' } },
    })
  })

  test('gets the indexes, the stream and the time to live that the template has now', async () => {
    const byName = (ProjectionType: string) => ({
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'name', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byName',
          KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
          Projection: { ProjectionType },
        },
      ],
    })
    const timeToLive = (AttributeName: string) => ({ TimeToLiveSpecification: { AttributeName, Enabled: 'true' } })
    const stream = (StreamViewType: string) => ({ StreamSpecification: { StreamViewType } })
    const ttlOf = (TableName: string) => call('DynamoDB_20120810.DescribeTimeToLive', { TableName })

    await table('changing')
    const second = await table('changing', { ...byName('ALL'), ...timeToLive('expires'), ...stream('NEW_IMAGE') })
    expect(second.attributes?.StreamArn).toMatch(/^arn:aws:dynamodb:us-east-1:000000000000:table\/changing\/stream\/2/)
    expect(await describeTable('changing')).toMatchObject({
      Table: {
        TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/changing',
        GlobalSecondaryIndexes: [{ IndexName: 'byName', IndexStatus: 'ACTIVE', Projection: { ProjectionType: 'ALL' } }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      },
    })
    expect(await ttlOf('changing')).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    })

    await table('changing', { ...byName('KEYS_ONLY'), ...timeToLive('until'), ...stream('KEYS_ONLY') })
    expect(await describeTable('changing')).toMatchObject({
      Table: {
        GlobalSecondaryIndexes: [{ Projection: { ProjectionType: 'KEYS_ONLY' } }],
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      },
    })
    expect(await ttlOf('changing')).toMatchObject({ TimeToLiveDescription: { AttributeName: 'until' } })

    await table('changing')
    const { Table: last } = Object(await describeTable('changing'))
    expect(last).not.toHaveProperty('GlobalSecondaryIndexes')
    expect(last).not.toHaveProperty('StreamSpecification')
    expect(await ttlOf('changing')).toMatchObject({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } })
  })

  test('is not replaced by one with another key', async () => {
    await table('keyed')
    const other = { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] }
    await expect(table('keyed', other)).rejects.toThrow('The table keyed is kept with another key')
  })

  test('refuses a property that it does not know', async () => {
    await expect(table('odd', { KinesisStreamSpecification: {} })).rejects.toThrow('KinesisStreamSpecification')
  })
})

describe('the API', () => {
  test('takes any credentials, and answers in ARNs of our Region, there and back', async () => {
    const { attributes } = await table('streamed', { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } })
    await put('streamed', 'a', { note: { S: 'not an ARN: arn:aws:dynamodb:ddblocal:x' } })
    const listed = await call('DynamoDBStreams_20120810.ListStreams', { TableName: 'streamed' })
    expect(listed).toMatchObject({ Streams: [{ StreamArn: attributes?.StreamArn }] })
    const StreamArn = attributes?.StreamArn
    const { StreamDescription } = Object(await call('DynamoDBStreams_20120810.DescribeStream', { StreamArn }))
    expect(StreamDescription.StreamArn).toBe(StreamArn)
    const { ShardIterator } = Object(
      await call('DynamoDBStreams_20120810.GetShardIterator', {
        StreamArn,
        ShardId: StreamDescription.Shards[0].ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    expect(await call('DynamoDBStreams_20120810.GetRecords', { ShardIterator })).toMatchObject({
      Records: [
        {
          eventName: 'INSERT',
          awsRegion: 'us-east-1',
          dynamodb: { NewImage: { note: { S: 'not an ARN: arn:aws:dynamodb:ddblocal:x' } } },
        },
      ],
      NextShardIterator: expect.stringContaining('us-east-1'),
    })
  })

  test('passes errors on as they are', async () => {
    const { status, json } = await callJson(dynamoDb.services?.dynamodb, 'DynamoDB_20120810.GetItem', {
      TableName: 'nowhere',
      Key: { id: { S: 'a' } },
    })
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' },
    })
  })
})

describe('time to live', () => {
  test('deletes, and says so in the stream as the service does', { timeout: 40_000 }, async () => {
    const { attributes } = await table('expiring', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    })
    await put('expiring', 'old', { expiresAt: { N: String(Math.floor(Date.now() / 1000) - 1) } })
    const streamArn = attributes?.StreamArn ?? ''
    const [shard] = await dynamoDb.shards(streamArn)
    const from = await dynamoDb.iterator(streamArn, shard?.shardId ?? '')
    await until(async () =>
      expect((await dynamoDb.records(from, 10)).records).toMatchObject([
        { eventName: 'INSERT' },
        {
          eventName: 'REMOVE',
          userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
          dynamodb: { OldImage: { id: { S: 'old' } } },
        },
      ]),
    )
  })
})

describe('the process', () => {
  test('keeps tables, items and stream records over its death', async () => {
    const { attributes } = await table('surviving', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } })
    await put('surviving', 'a')
    const streamArn = attributes?.StreamArn ?? ''
    await dynamoDb.stop?.()
    await java.stop()
    java = await startDynamoDb({ stateDir, warn })
    dynamoDb = connect()
    expect(await table('surviving', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } })).toMatchObject({
      attributes: { StreamArn: streamArn },
    })
    const [shard] = await dynamoDb.shards(streamArn)
    const { records } = await dynamoDb.records(await dynamoDb.iterator(streamArn, shard?.shardId ?? ''), 10)
    expect(records).toMatchObject([{ dynamodb: { NewImage: { id: { S: 'a' } } } }])
  })

  test('dies with its parent, even if that is killed', async () => {
    const folder = temporaryFolder()
    const module = new URL('../../../infra/local/engines/dynamodb.ts', import.meta.url)
    const script = `
      const { startDynamoDb } = await import(${JSON.stringify(module.href)})
      console.log((await startDynamoDb({ stateDir: ${JSON.stringify(folder)}, warn: console.warn })).url)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [line] = await once(parent.stdout, 'data')
    const url = String(line).trim()
    expect((await fetch(url)).status).toBe(400)
    parent.kill('SIGKILL')
    await until(() => expect(fetch(url)).rejects.toThrow())
  })

  test('is told in one sentence when there is no Java', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'bin'))
    vi.stubEnv('PATH', join(folder, 'bin'))
    onTestFinished(() => void vi.unstubAllEnvs())
    writeFileSync(join(folder, 'bin', 'sh'), '#!/bin/sh\nPATH=/nowhere exec /bin/sh "$@"', { mode: 0o755 })
    await expect(startDynamoDb({ stateDir: folder, warn })).rejects.toThrow(
      /^Java 17 or newer is needed for DynamoDB Local: apt-get install -y openjdk-17-jre-headless$/,
    )
  })

  test('is told in one sentence when its files are damaged', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'dynamodb'))
    writeFileSync(join(folder, 'dynamodb', 'shared-local-instance.db'), 'this is no database'.repeat(100))
    await expect(startDynamoDb({ stateDir: folder, warn })).rejects.toThrow(
      /^The tables in .* cannot be read \(file is not a database\); start with --fresh/,
    )
  })
})
