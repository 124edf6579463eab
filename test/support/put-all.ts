import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

type Item = Readonly<Record<string, unknown>>

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MOST_WRITES = 25
const WRITERS = 8

/** Writes items straight into a table, many at a time. They are made as they are needed, so there may be many. */
export async function putAll(client: DynamoDBDocumentClient, TableName: string, items: Iterable<Item>): Promise<void> {
  const batches = inBatches(items)
  const write = async () => {
    for (const batch of batches) await put(client, TableName, batch)
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
}

function* inBatches(items: Iterable<Item>): Generator<readonly Item[]> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < MOST_WRITES) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function put(client: DynamoDBDocumentClient, TableName: string, items: readonly Item[]): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }))
  const { UnprocessedItems = {} } = await client.send(
    new BatchWriteCommand({ RequestItems: { [TableName]: requests } }),
  )
  const left = UnprocessedItems[TableName]?.map(({ PutRequest }) => PutRequest?.Item ?? {}) ?? []
  if (left.length > 0) await put(client, TableName, left)
}
