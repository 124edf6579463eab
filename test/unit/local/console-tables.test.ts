import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableRoutes } from '../../../infra/local/console/routes/tables.ts'
import type { DynamoDbProcess } from '../../../infra/local/engines/dynamodb/process.ts'
import { createDynamoDb, type DynamoDb, startDynamoDb } from '../../../infra/local/engines/dynamodb.ts'
import { startConsole } from '../../support/console.ts'
import { callJson, cloudContext, provision } from './cloud-context.ts'

let stateDir: string
let java: DynamoDbProcess
let dynamoDb: DynamoDb
let site: Awaited<ReturnType<typeof startConsole>>

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  java = await startDynamoDb({ stateDir, warn: () => {} })
  dynamoDb = createDynamoDb(cloudContext(stateDir), java)
  site = await startConsole(...tableRoutes({ dynamoDb }))
  await provision(dynamoDb, 'AWS::DynamoDB::Table', {
    TableName: 'visits',
    AttributeDefinitions: [
      { AttributeName: 'who', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'who', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  })
  for (let at = 1; at <= 60; at++) await put({ who: { S: at % 2 ? 'ada' : 'bob' }, at: { N: String(at) } })
})

afterAll(async () => {
  await site?.stop()
  await dynamoDb?.stop?.()
  await java?.stop()
  rmSync(stateDir, { recursive: true, force: true })
})

const put = (Item: object) =>
  callJson(dynamoDb.services?.dynamodb, 'DynamoDB_20120810.PutItem', { TableName: 'visits', Item })
const get = async (path: string) => {
  const { status, body } = await site.get(`/_console/api/tables${path}`)
  return { status, ...JSON.parse(body) }
}

test('a table is told with its keys, its indexes, what expires, its stream and how much is in it', async () => {
  expect(await site.getJson('/_console/api/tables')).toEqual([
    {
      name: 'visits',
      key: [
        { name: 'who', type: 'S' },
        { name: 'at', type: 'N' },
      ],
      indexes: [{ name: 'by-time', key: [{ name: 'at', type: 'N' }] }],
      timeToLive: 'expiresAt',
      stream: 'NEW_IMAGE',
      itemCount: 60,
    },
  ])
})

test('items come in pages, each once', async () => {
  const first = await get('/visits/items')
  const second = await get(`/visits/items?after=${first.next}`)
  expect([first.items.length, second.items.length, second.next]).toEqual([50, 10, undefined])
  const times = [...first.items, ...second.items].map(({ at }) => at)
  expect(new Set(times).size).toBe(60)
})

test('items are found by their key', async () => {
  expect((await get('/visits/items?key=ada')).items).toHaveLength(30)
  expect((await get('/visits/items?key=ada&sort=7')).items).toEqual([{ who: 'ada', at: 7 }])
  expect((await get('/visits/items?key=nobody')).items).toEqual([])
})

test('an item is shown as people write it', async () => {
  await put({
    who: { S: 'all kinds' },
    at: { N: '1' },
    huge: { N: '12345678901234567890123' },
    half: { N: '0.5' },
    yes: { BOOL: true },
    none: { NULL: true },
    bytes: { B: 'aGk=' },
    texts: { SS: ['a', 'b'] },
    numbers: { NS: ['1'] },
    list: { L: [{ S: 'x' }, { M: { deep: { N: '2' } } }] },
  })
  expect((await get('/visits/items?key=all%20kinds')).items).toEqual([
    {
      who: 'all kinds',
      at: 1,
      huge: '12345678901234567890123',
      half: 0.5,
      yes: true,
      none: null,
      bytes: 'aGk=',
      texts: ['a', 'b'],
      numbers: [1],
      list: ['x', { deep: 2 }],
    },
  ])
})

test.each([
  ['/nowhere/items', /non-existent table/],
  ['/visits/items?after=nonsense', 'after is not where a page ended'],
  ['/visits/items?key=ada&sort=soon', /numeric|number/i],
])('%s says what is wrong', async (path, detail) => {
  expect(await get(path)).toMatchObject({ status: 400, detail: expect.stringMatching(detail) })
})
