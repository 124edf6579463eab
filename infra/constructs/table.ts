import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Deployment } from './deployment.ts'
import { removalPolicyOf } from './removal.ts'

export interface TableProps {
  /** The name of the partition key, a string. */
  readonly key: string
  /** The name of the sort key, a string, if one partition holds many items. */
  readonly sortedBy?: string
  /** The attribute that holds when an item expires, in epoch seconds. */
  readonly ttl?: string
  /** Whether others follow its changes: the stream carries each item before and after. */
  readonly stream?: boolean
  /** By their names. */
  readonly indexes?: Readonly<Record<string, IndexProps>>
}

interface IndexProps {
  /** The name of the partition key, a string: an item without it is not in the index. */
  readonly key: string
  /** The name of the sort key, a string. */
  readonly sortedBy: string
  /** Whether it tells no more than which items they are. */
  readonly keysOnly?: boolean
}

/**
 * A table, on demand, with point-in-time recovery.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 */
export function table(
  scope: Construct,
  name: string,
  { key, sortedBy, ttl, stream = false, indexes = {} }: TableProps,
  { names, settings }: Pick<Deployment, 'names' | 'settings'>,
): TableV2 {
  return new TableV2(scope, `${name}Table`, {
    tableName: names.table(name),
    partitionKey: { name: key, type: AttributeType.STRING },
    ...(sortedBy ? { sortKey: { name: sortedBy, type: AttributeType.STRING } } : {}),
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: removalPolicyOf(settings.stage),
    globalSecondaryIndexes: Object.entries(indexes).map(([indexName, index]) => ({
      indexName,
      partitionKey: { name: index.key, type: AttributeType.STRING },
      sortKey: { name: index.sortedBy, type: AttributeType.STRING },
      projectionType: index.keysOnly ? ProjectionType.KEYS_ONLY : ProjectionType.ALL,
    })),
    ...(ttl ? { timeToLiveAttribute: ttl } : {}),
    ...(stream ? { dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
  })
}
