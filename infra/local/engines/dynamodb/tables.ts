import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { v5 as uuid } from 'uuid'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import { AwsError, type Provisioned } from '../engine.ts'
import type { DynamoDbClient } from './client.ts'
import { toOurs } from './streams.ts'

const ignored = z.unknown().optional()
/** CloudFormation takes both. */
const Flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const Projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
})
const LocalIndex = z.strictObject({ IndexName: z.string(), KeySchema, Projection })

/** How much may be read and written: nothing is throttled or billed here. */
const capacity = {
  ProvisionedThroughput: ignored,
  OnDemandThroughput: ignored,
  ReadProvisionedThroughputSettings: ignored,
  WriteProvisionedThroughputSettings: ignored,
  ReadOnDemandThroughputSettings: ignored,
  WriteOnDemandThroughputSettings: ignored,
  WarmThroughput: ignored,
}
const GlobalIndex = z.strictObject({ ...LocalIndex.shape, ...capacity, ContributorInsightsSpecification: ignored })

const common = {
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema,
  GlobalSecondaryIndexes: z.array(GlobalIndex).optional(),
  LocalSecondaryIndexes: z.array(LocalIndex).optional(),
  StreamSpecification: z
    .strictObject({
      StreamViewType: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']),
      ResourcePolicy: ignored,
    })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: Flag }).optional(),
  BillingMode: ignored,
  ...capacity,
  // Encryption at rest: the folder is the developer's own.
  SSESpecification: ignored,
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html */
export const GlobalTableProperties = z.strictObject({
  ...common,
  // Copies in other Regions, backups, deletion protection and tags of each: there is one copy, and `--fresh` deletes it.
  Replicas: ignored,
  MultiRegionConsistency: ignored,
  GlobalTableWitnesses: ignored,
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const TableProperties = z.strictObject({
  ...common,
  PointInTimeRecoverySpecification: ignored,
  DeletionProtectionEnabled: ignored,
  ContributorInsightsSpecification: ignored,
  ResourcePolicy: ignored,
  TableClass: ignored,
  Tags: ignored,
})

type Properties = z.output<z.ZodObject<typeof common>>

const Table = z.looseObject({
  TableArn: z.string(),
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z
    .array(z.looseObject({ IndexName: z.string(), IndexStatus: z.string(), KeySchema, Projection }))
    .default([]),
  StreamSpecification: z.object({ StreamEnabled: z.boolean(), StreamViewType: z.string().optional() }).optional(),
  LatestStreamArn: z.string().optional(),
})
type Table = z.output<typeof Table>

const Described = z.object({ Table })
const TimeToLive = z.object({
  TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() }),
})

/** Brings a table to what its properties say, whatever it was before; what is in it stays. */
export function tableProvisioner(client: DynamoDbClient, region: string) {
  const call = <Output extends z.ZodType>(operation: string, input: object, output: Output) =>
    client.call(`DynamoDB_20120810.${operation}`, input, output)
  const change = (TableName: string, input: object) => call('UpdateTable', { TableName, ...input }, z.unknown())

  /** As the SDK does: what the server failed at, as DynamoDB Local may while it changes a table, is asked again. */
  async function find(TableName: string, attempts = 3): Promise<Table | undefined> {
    try {
      return (await call('DescribeTable', { TableName }, Described)).Table
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      if (error.code === 'ResourceNotFoundException') return undefined
      if (error.status < 500 || attempts === 1) throw error
    }
    await pause(20)
    return find(TableName, attempts - 1)
  }

  async function settled(name: string): Promise<Table> {
    for (;;) {
      const table = await find(name)
      if (table?.GlobalSecondaryIndexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) return table
      await pause(20)
    }
  }

  const create = (name: string, properties: Properties) =>
    call(
      'CreateTable',
      {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: properties.AttributeDefinitions,
        KeySchema: properties.KeySchema,
        GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(indexOf),
        LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
        ...(properties.StreamSpecification ? streamOf(properties.StreamSpecification.StreamViewType) : {}),
      },
      z.unknown(),
    )

  async function updateIndexes(name: string, table: Table, properties: Properties): Promise<void> {
    const wanted = (properties.GlobalSecondaryIndexes ?? []).map(indexOf)
    const isKept = (index: z.output<typeof LocalIndex>) =>
      wanted.some((other) => isDeepStrictEqual(other, indexOf(index)))
    const obsolete = table.GlobalSecondaryIndexes.filter((index) => !isKept(index))
    for (const { IndexName } of obsolete) {
      await change(name, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })
      await settled(name)
    }
    const kept = new Set(table.GlobalSecondaryIndexes.filter(isKept).map(({ IndexName }) => IndexName))
    for (const index of wanted.filter(({ IndexName }) => !kept.has(IndexName))) {
      await change(name, {
        AttributeDefinitions: properties.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      })
      await settled(name)
    }
  }

  async function updateStream(name: string, { StreamSpecification: current }: Table, properties: Properties) {
    const wanted = properties.StreamSpecification?.StreamViewType
    const isEnabled = current?.StreamEnabled ?? false
    if (wanted === (isEnabled ? current?.StreamViewType : undefined)) return
    if (isEnabled) await change(name, { StreamSpecification: { StreamEnabled: false } })
    if (wanted) await change(name, streamOf(wanted))
  }

  async function updateTimeToLive(name: string, properties: Properties): Promise<void> {
    const { TimeToLiveDescription: current } = await call('DescribeTimeToLive', { TableName: name }, TimeToLive)
    const now = current.TimeToLiveStatus === 'ENABLED' ? current.AttributeName : undefined
    const { Enabled = false, AttributeName } = properties.TimeToLiveSpecification ?? {}
    const wanted = Enabled ? AttributeName : undefined
    const set = (attribute: string, enabled: boolean) => {
      const TimeToLiveSpecification = { AttributeName: attribute, Enabled: enabled }
      return call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification }, z.unknown())
    }
    if (wanted === now) return
    if (now !== undefined) await set(now, false)
    if (wanted !== undefined) await set(wanted, true)
  }

  return async (name: string, properties: Properties): Promise<Provisioned> => {
    const before = await find(name)
    if (!before) await create(name, properties)
    else {
      refuseOtherKey(name, before, properties)
      await updateIndexes(name, before, properties)
      await updateStream(name, before, properties)
    }
    await updateTimeToLive(name, properties)
    const { TableArn, LatestStreamArn } = await settled(name)
    const arn = toOurs(TableArn, region)
    return {
      ref: name,
      attributes: {
        Arn: arn,
        TableId: uuid(arn, uuid.URL),
        ...(properties.StreamSpecification && LatestStreamArn ? { StreamArn: toOurs(LatestStreamArn, region) } : {}),
      },
    }
  }
}

const streamOf = (StreamViewType: string) => ({ StreamSpecification: { StreamEnabled: true, StreamViewType } })

const indexOf = ({ IndexName, KeySchema, Projection }: z.output<typeof LocalIndex>) => ({
  IndexName,
  KeySchema,
  Projection,
})

/** CloudFormation would put a new table in its place, and the data would be gone. */
function refuseOtherKey(name: string, table: Table, properties: Properties): void {
  const typeIn = ({ AttributeDefinitions }: Pick<Table, 'AttributeDefinitions'>, { AttributeName }: Key) =>
    AttributeDefinitions.find((attribute) => attribute.AttributeName === AttributeName)?.AttributeType
  const isSame =
    isDeepStrictEqual(table.KeySchema, properties.KeySchema) &&
    properties.KeySchema.every((key) => typeIn(table, key) === typeIn(properties, key))
  if (!isSame) throw new Mistake(`The table ${name} is kept with another key; start with --fresh to begin anew`)
}

type Key = z.output<typeof KeySchema>[number]
