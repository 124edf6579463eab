import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { startDynamoDb } from '../../infra/local/engines/dynamodb/process.ts'
import { clientConfig } from './client-config.ts'

/** DynamoDB Local with the tables of the stage `test`. */
export interface DynamoDbLocal {
  readonly url: string
  readonly put: (table: string, item: Readonly<Record<string, unknown>>) => Promise<void>
  readonly scan: (table: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly stop: () => Promise<void>
}

const tableName = (table: string) => `ensemble-test-${table}`

/** `keys`: each table and the name of its key, e.g. `{ idempotency: 'id' }`. */
export async function startDynamoDbLocal(keys: Readonly<Record<string, string>>): Promise<DynamoDbLocal> {
  const stateDir = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  const { url, stop } = await startDynamoDb({ stateDir, warn: console.warn })
  const client = new DynamoDBClient(clientConfig(url))
  for (const [table, key] of Object.entries(keys)) await client.send(createTable(tableName(table), key))
  const documents = DynamoDBDocumentClient.from(client)
  return {
    url,
    put: async (table, Item) => void (await documents.send(new PutCommand({ TableName: tableName(table), Item }))),
    scan: async (table) => {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName(table) }))
      return Items
    },
    stop: async () => {
      client.destroy()
      await stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

const createTable = (TableName: string, key: string) =>
  new CreateTableCommand({
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
