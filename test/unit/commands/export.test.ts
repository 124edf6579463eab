import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { chooseCloud } from '../../../infra/commands/command-line.ts'
import { describeExport, finishedExport, startExport } from '../../../infra/commands/orders-export.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { namesOf } from '../../../infra/names.ts'
import { root } from '../../../infra/paths.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { clientConfig } from '../../support/client-config.ts'
import { runCommand } from '../../support/command.ts'

const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/ensemble-dev-orders'
const EXPORT_ARN = `${TABLE_ARN}/export/01700000000000-abcd1234`

const aws = await startAwsEndpoint()
const dynamoDb = new DynamoDBClient(clientConfig(aws.url))
beforeEach(() => aws.reset())
afterAll(() => {
  dynamoDb.destroy()
  return aws.close()
})

/** With no variable that says anything of AWS but these. */
const exporting = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  runCommand('export', args, undefined, {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...variables,
  })
const answerDescribeExport = (...descriptions: readonly object[]) =>
  aws.answer('DescribeExport', (_, call) => ({ body: { ExportDescription: descriptions[call - 1] } }))

test('on AWS the table is exported to the bucket for it, and it says where that is and how to query it', async () => {
  aws.answer('DescribeTable', () => ({ body: { Table: { TableArn: TABLE_ARN } } }))
  aws.answer('ExportTableToPointInTime', () => ({ body: { ExportDescription: { ExportArn: EXPORT_ARN } } }))
  answerDescribeExport({
    ExportArn: EXPORT_ARN,
    ExportStatus: 'COMPLETED',
    ExportTime: 1_800_000_000,
    ItemCount: 3,
    S3Bucket: 'ensemble-dev-exports-123456789012-eu-west-1',
  })
  const credentials = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
  const ran = await exporting(['--aws'], { ...credentials, AWS_ENDPOINT_URL_DYNAMODB: aws.url })
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(aws.calls('ExportTableToPointInTime')).toEqual([
    {
      ClientToken: expect.any(String),
      TableArn: TABLE_ARN,
      S3Bucket: 'ensemble-dev-exports-123456789012-eu-west-1',
      S3BucketOwner: '123456789012',
      S3Prefix: 'orders',
      S3SseAlgorithm: 'AES256',
      ExportFormat: 'DYNAMODB_JSON',
    },
  ])
  expect(aws.calls('DescribeExport')).toEqual([{ ExportArn: EXPORT_ARN }])
  expect(
    ran.stdout,
  ).toBe(`The export of ensemble-dev-orders has begun, and takes some minutes. Ctrl-C leaves it running.

3 items of ensemble-dev-orders, as of 2027-01-15T08:00:00.000Z, in
  s3://ensemble-dev-exports-123456789012-eu-west-1/orders/AWSDynamoDB/01700000000000-abcd1234/data/

To query it in Athena, choose the workgroup ensemble-dev:

  SELECT item.status.s AS status, count(*) AS orders, sum(CAST(item.amount.n AS decimal(12, 2))) AS amount
  FROM ensemble_dev.orders
  WHERE export_id = '01700000000000-abcd1234'
  GROUP BY item.status.s
`)
})

test('the query of the README is one that it says', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, query = 'none'] = /^```sql\n(.*?)^```$/ms.exec(readme) ?? []
  const said = describeExport({ ExportArn: EXPORT_ARN }, namesOf('prod'))
  expect(said.replaceAll(/^ +/gm, '')).toContain(query)
})

describe('what it does not do is one sentence', () => {
  test.each([
    [
      'locally',
      ['--aws-port', '4001'],
      'Nothing was exported: only on AWS (--aws) can DynamoDB export to S3, DynamoDB Local cannot; aws dynamodb scan --table-name ensemble-dev-orders --endpoint-url http://127.0.0.1:4001 shows what there is here.\n',
    ],
    ['without credentials', ['--aws'], 'AWS needs credentials: Could not load credentials from any providers.\n'],
    ['of another table', ['users'], '"users" is no option of the export. npm run export -- --help lists them.\n'],
  ])('%s', async (_, args, stderr) => {
    expect(await exporting(args)).toEqual({ code: 1, stdout: '', stderr })
  })

  test('where the stage is not deployed', async () => {
    aws.answer('DescribeTable', () => ({ status: 400, body: { __type: 'ResourceNotFoundException' } }))
    await expect(startExport(dynamoDb, chooseCloud({ aws: true, stage: 'prod' }, {}))).rejects.toThrow(
      new Mistake('There is no table ensemble-prod-orders in AWS: is the stage prod deployed there?'),
    )
    expect(aws.calls('ExportTableToPointInTime')).toEqual([])
  })

  test('if the export fails', async () => {
    const reason = { FailureCode: 'S3NoSuchBucket', FailureMessage: 'The specified bucket does not exist' }
    answerDescribeExport({ ExportStatus: 'IN_PROGRESS' }, { ExportStatus: 'FAILED', ...reason })
    await expect(finishedExport(dynamoDb, EXPORT_ARN, 1, () => {})).rejects.toThrow(
      new Mistake('DynamoDB could not export the orders: The specified bucket does not exist (S3NoSuchBucket).'),
    )
  })
})

test('it asks again until the export is complete, and tells for how long', async () => {
  const going = { ExportStatus: 'IN_PROGRESS' }
  answerDescribeExport(going, going, { ExportStatus: 'COMPLETED', ItemCount: 1 })
  const seconds: number[] = []
  expect(await finishedExport(dynamoDb, EXPORT_ARN, 1, (value) => seconds.push(value))).toMatchObject({ ItemCount: 1 })
  expect(seconds).toHaveLength(2)
})
