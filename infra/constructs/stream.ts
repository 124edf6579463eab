import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  EventSourceMapping,
  FilterCriteria,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'

/** What a stream says of an item that TTL has deleted; `item` is a pattern for the item as it was, in DynamoDB's JSON. */
export const expired = (item: Readonly<Record<string, unknown>>) => ({
  eventName: ['REMOVE'],
  userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
  dynamodb: { OldImage: item },
})

/** What a stream says of an item that was not there before. */
export const inserted = { eventName: ['INSERT'] }

/**
 * Lets a function follow the stream of a table, as far as `filter` (a Lambda event filter) says. A batch that fails is
 * halved until the record is found that it fails for; that one is tried again, and then noted in `deadLetters`.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function follow(
  fn: LambdaFunction,
  streamArn: string,
  { filter, deadLetters }: { readonly filter: Readonly<Record<string, unknown>>; readonly deadLetters: Queue },
): void {
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
  )
  new EventSourceMapping(fn, 'Stream', {
    target: fn,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    filters: [FilterCriteria.filter({ ...filter })],
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 100,
    onFailure: new SqsDlq(deadLetters),
  })
}
