import { AttributeType, Billing, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Deployment } from './deployment.ts'
import { removalPolicyOf } from './removal.ts'

export interface TableProps {
  /** The name of the partition key, a string. */
  readonly key: string
  /** The attribute that holds when an item expires, in epoch seconds. */
  readonly ttl?: string
  /** Whether others follow its changes: the stream carries each item before and after. */
  readonly stream?: boolean
}

/**
 * A table, on demand, with point-in-time recovery.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 */
export function table(
  scope: Construct,
  name: string,
  { key, ttl, stream = false }: TableProps,
  { names, settings }: Pick<Deployment, 'names' | 'settings'>,
): TableV2 {
  return new TableV2(scope, `${name}Table`, {
    tableName: names.table(name),
    partitionKey: { name: key, type: AttributeType.STRING },
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: removalPolicyOf(settings.stage),
    ...(ttl ? { timeToLiveAttribute: ttl } : {}),
    ...(stream ? { dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
  })
}
