import { Duration, Stack } from 'aws-cdk-lib'
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena'
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import * as z from 'zod'
import { dataPathOf, EXPORT_ID } from '../export-layout.ts'
import { isDisposable } from '../settings.ts'
import { accept } from './accept.ts'
import type { Deployment } from './deployment.ts'
import { removalPolicyOf } from './removal.ts'

/** Exports hold what people typed, and are made again in minutes. */
const KEPT = Duration.days(30)

/**
 * Where a table is exported to by `npm run export`: a bucket, a definition by which Athena reads what is in it, and a
 * workgroup whose results go to the same bucket. `record` says what the table's items hold.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html
 */
export function tableExports(
  scope: Construct,
  name: string,
  record: z.ZodObject,
  { names, settings: { stage } }: Pick<Deployment, 'names' | 'settings'>,
): void {
  const home = new Construct(scope, `${name}Exports`)
  const { account, region } = Stack.of(home)
  const bucket = new Bucket(home, 'Bucket', {
    bucketName: names.exports(account, region),
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    removalPolicy: removalPolicyOf(stage),
    autoDeleteObjects: isDisposable(stage),
  })
  accept(bucket, 'CloudTrail has who exports and who queries.', 'AwsSolutions-S1')

  const { ref: databaseName } = new CfnDatabase(home, 'Database', {
    catalogId: account,
    databaseInput: { name: names.database, description: `Exports of the tables of ${names.prefix}.` },
  })
  const url = `s3://${bucket.bucketName}`
  new CfnTable(home, 'Table', {
    catalogId: account,
    databaseName,
    tableInput: {
      name,
      description: `The items of ${names.table(name)}, by export.`,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ name: EXPORT_ID, type: 'string' }],
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        // A partition is found by its name alone: nobody has to add one for each export.
        // https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
        'projection.enabled': 'true',
        [`projection.${EXPORT_ID}.type`]: 'injected',
        'storage.location.template': `${url}/${dataPathOf(name, `\${${EXPORT_ID}}`)}`,
      },
      storageDescriptor: {
        location: `${url}/${name}/`,
        columns: [{ name: 'item', type: hiveTypeOf(record) }],
        compressed: true,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  })
  new CfnWorkGroup(home, 'Workgroup', {
    name: names.workgroup,
    description: `Queries of the exports of ${names.prefix}.`,
    // What it would not be deleted with is the history of its queries.
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      resultConfiguration: {
        outputLocation: `${url}/results/`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
      },
    },
  })
}

const Node = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object']),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
})
type Node = z.output<typeof Node>

/**
 * The Hive type of a record as DynamoDB's JSON has it: each value is within its type, and numbers are texts. Names are in
 * lower case, as Athena reads them. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
 */
function hiveTypeOf(record: z.ZodObject): string {
  return structOf(Node.parse(z.toJSONSchema(record)))
}

const structOf = ({ properties }: Node): string =>
  `struct<${Object.entries(properties).map(([name, value]) => `${name.toLowerCase()}:${attributeOf(value)}`)}>`

function attributeOf(value: unknown): string {
  const node = Node.parse(value)
  switch (node.type) {
    case 'string':
      return 'struct<s:string>'
    case 'number':
    case 'integer':
      return 'struct<n:string>'
    case 'boolean':
      return 'struct<bool:boolean>'
    case 'array':
      return `struct<l:array<${attributeOf(node.items)}>>`
    case 'object':
      return `struct<m:${structOf(node)}>`
  }
}
