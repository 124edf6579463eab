import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeExportCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type ExportDescription,
  ExportTableToPointInTimeCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'
import { dataPathOf, EXPORT_ID } from '../export-layout.ts'
import { Mistake } from '../mistake.ts'
import type { Names } from '../names.ts'
import type { Cloud } from './command-line.ts'

export const TABLE = 'orders'

/**
 * Has DynamoDB export the orders, as they are now, to the bucket for exports; answers the ARN of the export. Throws a
 * `Mistake` if there is no such table. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
 */
export async function startExport(
  dynamoDb: DynamoDBClient,
  { names, stage, title }: Pick<Cloud, 'names' | 'stage' | 'title'>,
): Promise<string> {
  const TableName = names.table(TABLE)
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName })).catch((error) => {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new Mistake(`There is no table ${TableName} in ${title}: is the stage ${stage} deployed there?`)
  })
  const TableArn = Table?.TableArn ?? ''
  // arn:aws:dynamodb:us-east-1:123456789012:table/…
  const [, , , region = '', account = ''] = TableArn.split(':')
  const { ExportDescription: started } = await dynamoDb.send(
    new ExportTableToPointInTimeCommand({
      TableArn,
      S3Bucket: names.exports(account, region),
      S3BucketOwner: account,
      S3Prefix: TABLE,
      S3SseAlgorithm: 'AES256',
      ExportFormat: 'DYNAMODB_JSON',
    }),
  )
  return started?.ExportArn ?? ''
}

/**
 * Waits for the end of an export, asking every `pauseMs`; tells `onProgress` how many seconds it has been going on. Throws a
 * `Mistake` with DynamoDB's reason if it fails.
 */
export async function finishedExport(
  dynamoDb: DynamoDBClient,
  ExportArn: string,
  pauseMs: number,
  onProgress: (seconds: number) => void,
): Promise<ExportDescription> {
  const startedAt = Date.now()
  for (;;) {
    const { ExportDescription: found = {} } = await dynamoDb.send(new DescribeExportCommand({ ExportArn }))
    if (found.ExportStatus === 'COMPLETED') return found
    if (found.ExportStatus === 'FAILED')
      throw new Mistake(`DynamoDB could not export the orders: ${found.FailureMessage} (${found.FailureCode}).`)
    onProgress(Math.round((Date.now() - startedAt) / 1000))
    await sleep(pauseMs)
  }
}

/** Where an export is, of what, and a query of it to begin with. */
export function describeExport(
  { ExportArn = '', ExportTime, ItemCount = 0, S3Bucket = '' }: ExportDescription,
  names: Names,
): string {
  const exportId = ExportArn.slice(ExportArn.lastIndexOf('/') + 1)
  return `
${ItemCount} ${ItemCount === 1 ? 'item' : 'items'} of ${names.table(TABLE)}, as of ${ExportTime?.toISOString()}, in
  s3://${S3Bucket}/${dataPathOf(TABLE, exportId)}

To query it in Athena, choose the workgroup ${names.workgroup}:

${queryOf(exportId, names)}
`
}

/** How many there are in each status, and what they come to. Numbers are exported as texts. */
const queryOf = (exportId: string, { database }: Names): string =>
  `  SELECT item.status.s AS status, count(*) AS ${TABLE}, sum(CAST(item.amount.n AS decimal(12, 2))) AS amount
  FROM ${database}.${TABLE}
  WHERE ${EXPORT_ID} = '${exportId}'
  GROUP BY item.status.s`
