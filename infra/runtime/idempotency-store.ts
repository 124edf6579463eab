import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence'
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { dynamoDb, patience } from './dynamodb.ts'

const MOST_WRITES = 25

/**
 * Powertools' table, but for one thing: messages of a batch that are done at the same moment are noted as done with one
 * call. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export class IdempotencyStore extends DynamoDBPersistenceLayer {
  readonly #table: string
  #waiting: { readonly request: WriteRequest; readonly done: PromiseWithResolvers<void> }[] = []

  constructor(tableName: string) {
    super({ tableName, awsSdkV3Client: dynamoDb })
    this.#table = tableName
  }

  protected override _updateRecord(record: IdempotencyRecord): Promise<void> {
    const Item = {
      id: { S: record.idempotencyKey },
      status: { S: record.getStatus() },
      expiration: { N: String(record.expiryTimestamp) },
    }
    const done = Promise.withResolvers<void>()
    if (this.#waiting.length === 0) setImmediate(() => void this.#write())
    this.#waiting.push({ request: { PutRequest: { Item } }, done })
    return done.promise
  }

  async #write(): Promise<void> {
    const batch = this.#waiting.splice(0, MOST_WRITES)
    if (this.#waiting.length > 0) void this.#write()
    try {
      await this.#put(batch.map(({ request }) => request))
      for (const { done } of batch) done.resolve()
    } catch (error) {
      for (const { done } of batch) done.reject(error)
    }
  }

  async #put(requests: WriteRequest[]): Promise<void> {
    const { UnprocessedItems = {} } = await dynamoDb.send(
      new BatchWriteItemCommand({ RequestItems: { [this.#table]: requests } }),
    )
    const left = UnprocessedItems[this.#table] ?? []
    if (left.length === 0) return
    await patience()
    await this.#put(left)
  }
}
