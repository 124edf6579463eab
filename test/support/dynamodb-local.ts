import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { TableProps } from '../../infra/constructs/table.ts'
import { type DynamoDbProcess, startDynamoDb } from '../../infra/local/engines/dynamodb/process.ts'
import { clientConfig } from './client-config.ts'
import { newStateDir, removeStateDir } from './cloud.ts'
import { SHARED } from './shared-dynamodb-local.ts'

/** DynamoDB Local with the tables of the stage `test`. */
export interface DynamoDbLocal {
  readonly url: string
  readonly put: (table: string, item: Readonly<Record<string, unknown>>) => Promise<void>
  readonly scan: (table: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly stop: () => Promise<void>
}

const tableName = (table: string) => `ensemble-test-${table}`

type Keys = Pick<TableProps, 'key' | 'sortedBy' | 'indexes'>

/** `keys`: each table and the name of its key, e.g. `{ idempotency: 'id' }`, or its keys and indexes. */
export async function startDynamoDbLocal(keys: Readonly<Record<string, string | Keys>>): Promise<DynamoDbLocal> {
  const { url, stop } = await (process.env[SHARED] ? shared(process.env[SHARED]) : own())
  const client = new DynamoDBClient(clientConfig(url))
  // What an earlier file of this worker has left.
  for await (const { TableNames = [] } of paginateListTables({ client }, {}))
    for (const TableName of TableNames) await client.send(new DeleteTableCommand({ TableName }))
  for (const [table, key] of Object.entries(keys)) {
    await client.send(createTable(tableName(table), typeof key === 'string' ? { key } : key))
  }
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
    },
  }
}

/** This worker's, which has one file at a time. */
async function shared(askAt: string): Promise<DynamoDbProcess> {
  const url = await (await fetch(`${askAt}/${process.env.VITEST_POOL_ID}`)).text()
  return { url, stop: async () => {} }
}

async function own(): Promise<DynamoDbProcess> {
  const stateDir = newStateDir()
  const { url, stop } = await startDynamoDb({ stateDir, warn: console.warn })
  return { url, stop: () => stop().then(() => removeStateDir(stateDir)) }
}

function createTable(TableName: string, { key, sortedBy, indexes = {} }: Keys): CreateTableCommand {
  const keySchema = (partition: string, sort: string | undefined) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' as const }] : []),
  ]
  const attributes = [key, sortedBy, ...Object.values(indexes).flatMap((index) => [index.key, index.sortedBy])]
  const globalIndexes = Object.entries(indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index.key, index.sortedBy),
    Projection: { ProjectionType: index.keysOnly ? ('KEYS_ONLY' as const) : ('ALL' as const) },
  }))
  return new CreateTableCommand({
    TableName,
    KeySchema: keySchema(key, sortedBy),
    AttributeDefinitions: [...new Set(attributes.filter((name) => name !== undefined))].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    ...(globalIndexes.length > 0 ? { GlobalSecondaryIndexes: globalIndexes } : {}),
    BillingMode: 'PAY_PER_REQUEST',
  })
}
