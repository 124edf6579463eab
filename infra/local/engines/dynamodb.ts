import { type TableBrowser, tableBrowser } from './dynamodb/browse.ts'
import { dynamoDbClient } from './dynamodb/client.ts'
import type { DynamoDbProcess } from './dynamodb/process.ts'
import { correctedRecords, type Streams, streamsOf, toOurs, toTheirs } from './dynamodb/streams.ts'
import { GlobalTableProperties, TableProperties, tableProvisioner } from './dynamodb/tables.ts'
import { type AwsRequest, type AwsResponse, type CloudContext, type Engine, resourceType } from './engine.ts'

export { startDynamoDb } from './dynamodb/process.ts'

export interface DynamoDb extends Engine, Streams {
  readonly tables: TableBrowser
}

/** DynamoDB and its streams, on Amazon's DynamoDB Local. */
export function createDynamoDb({ region }: CloudContext, { url }: DynamoDbProcess): DynamoDb {
  const client = dynamoDbClient(url)
  const provisionTable = tableProvisioner(client, region)

  async function serve(request: AwsRequest): Promise<AwsResponse> {
    const [api = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
    const isStreams = api.startsWith('DynamoDBStreams')
    const answer = await client.raw(
      request.headers,
      isStreams ? replaced(request.body, (text) => toTheirs(text, region)) : request.body,
    )
    if (answer.status === 200 && isStreams && operation === 'GetRecords')
      return changed(answer, JSON.stringify(correctedRecords(JSON.parse(answer.body.toString()), region)))
    // ARNs are in what is said about tables, and in errors; items are passed through as they are.
    const namesArns = isStreams || operation.includes('Table') || answer.status !== 200
    return namesArns
      ? changed(
          answer,
          replaced(answer.body, (text) => toOurs(text, region)),
        )
      : answer
  }

  return {
    tables: tableBrowser(client),
    ...streamsOf(client, region),
    resources: {
      'AWS::DynamoDB::GlobalTable': resourceType({
        properties: GlobalTableProperties,
        provision: ({ stack, logicalId, properties }) =>
          provisionTable(properties.TableName ?? `${stack}-${logicalId}`, properties),
      }),
      'AWS::DynamoDB::Table': resourceType({
        properties: TableProperties,
        provision: ({ stack, logicalId, properties }) =>
          provisionTable(properties.TableName ?? `${stack}-${logicalId}`, properties),
      }),
    },
    services: { dynamodb: serve },
    stop: client.close,
  }
}

/** Byte by byte, whatever the encoding. */
const replaced = (body: string | Buffer, change: (text: string) => string): Buffer =>
  Buffer.from(change(body.toString('latin1')), 'latin1')

/** The checksum of what it was before would have clients throw it away. */
function changed({ status, headers }: AwsResponse, body: string | Buffer): AwsResponse {
  const { 'x-amz-crc32': _, ...kept } = headers ?? {}
  return { status, headers: kept, body }
}
