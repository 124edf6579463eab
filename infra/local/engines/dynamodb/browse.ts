import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { DynamoDbClient } from './client.ts'
import { Attributes, plainOf } from './plain.ts'

/** A table as people look at it. */
interface TableView {
  readonly name: string
  /** The partition key and, if there is one, the sort key. */
  readonly key: readonly KeyAttribute[]
  readonly indexes: readonly { readonly name: string; readonly key: readonly KeyAttribute[] }[]
  /** The attribute that says when an item expires. */
  readonly timeToLive: string | undefined
  /** What its stream shows of a change. */
  readonly stream: string | undefined
  readonly itemCount: number
}

interface KeyAttribute {
  readonly name: string
  readonly type: string
}

interface ItemQuery {
  readonly limit: number
  /** Where the page before ended. */
  readonly after?: string
  /** Values of the partition key and the sort key, as they are typed. */
  readonly key?: readonly string[]
}

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  /** Where the next page begins, if there is more. */
  readonly next?: string
}

/** Reads tables and changes nothing. */
export interface TableBrowser {
  /** In the order of their names. */
  readonly list: () => Promise<readonly TableView[]>
  /** A page of a table, or of what has this key. Throws AwsError with DynamoDB's own message, for a wrong key too. */
  readonly items: (table: string, query: ItemQuery) => Promise<Page>
}

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const Described = z.object({
  Table: z.object({
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
    KeySchema,
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
    LocalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
    StreamSpecification: z.object({ StreamEnabled: z.boolean(), StreamViewType: z.string().optional() }).optional(),
    ItemCount: z.number(),
  }),
})
const Names = z.object({ TableNames: z.array(z.string()), LastEvaluatedTableName: z.string().optional() })
const TimeToLive = z.object({
  TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() }),
})
const Items = z.object({ Items: z.array(Attributes), LastEvaluatedKey: Attributes.optional() })

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
export function tableBrowser(client: DynamoDbClient): TableBrowser {
  const call = <Output extends z.ZodType>(operation: string, input: object, output: Output) =>
    client.call(`DynamoDB_20120810.${operation}`, input, output)

  async function names(): Promise<readonly string[]> {
    const found: string[] = []
    let from: string | undefined
    do {
      const page: z.output<typeof Names> = await call(
        'ListTables',
        from === undefined ? {} : { ExclusiveStartTableName: from },
        Names,
      )
      found.push(...page.TableNames)
      from = page.LastEvaluatedTableName
    } while (from !== undefined)
    return found
  }

  async function describe(name: string): Promise<TableView> {
    const [{ Table }, { TimeToLiveDescription }] = await Promise.all([
      call('DescribeTable', { TableName: name }, Described),
      call('DescribeTimeToLive', { TableName: name }, TimeToLive),
    ])
    const keyOf = (schema: z.output<typeof KeySchema>): readonly KeyAttribute[] =>
      schema.map(({ AttributeName }) => ({
        name: AttributeName,
        type: Table.AttributeDefinitions.find((each) => each.AttributeName === AttributeName)?.AttributeType ?? '',
      }))
    return {
      name,
      key: keyOf(Table.KeySchema),
      indexes: [...Table.GlobalSecondaryIndexes, ...Table.LocalSecondaryIndexes].map((index) => ({
        name: index.IndexName,
        key: keyOf(index.KeySchema),
      })),
      timeToLive:
        TimeToLiveDescription.TimeToLiveStatus === 'ENABLED' ? TimeToLiveDescription.AttributeName : undefined,
      stream: Table.StreamSpecification?.StreamEnabled ? Table.StreamSpecification.StreamViewType : undefined,
      itemCount: Table.ItemCount,
    }
  }

  async function items(table: string, { limit, after, key = [] }: ItemQuery): Promise<Page> {
    const input = {
      TableName: table,
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: readToken(after) }),
    }
    const { Items: found, LastEvaluatedKey: last } =
      key.length > 0
        ? await call('Query', { ...input, ...conditionFor((await describe(table)).key, key) }, Items)
        : await call('Scan', input, Items)
    return { items: found.map(plainOf), ...(last ? { next: toToken(last) } : {}) }
  }

  return { list: async () => Promise.all((await names()).map(describe)), items }
}

function conditionFor(key: readonly KeyAttribute[], values: readonly string[]): object {
  const given = key.flatMap(({ name, type }, index) => {
    const value = values[index]
    return value === undefined ? [] : [{ name, type, value }]
  })
  return {
    KeyConditionExpression: given.map((_, index) => `#k${index} = :v${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(given.map(({ name }, index) => [`#k${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      given.map(({ type, value }, index) => [`:v${index}`, { [type]: value }]),
    ),
  }
}

const toToken = (key: Attributes): string => Buffer.from(JSON.stringify(key)).toString('base64url')

function readToken(token: string): Attributes {
  try {
    return Attributes.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
  } catch {
    throw new AwsError('ValidationException', 'after is not where a page ended')
  }
}
