import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { dynamoDb } from './dynamodb.ts'

/** The document client: plain objects in and out. */
export const records = DynamoDBDocumentClient.from(dynamoDb, {
  marshallOptions: { removeUndefinedValues: true },
})

/**
 * Writes a record unless there is one whose attribute `since` is later or the same: events may come late, twice, and in
 * any order.
 */
export async function keepNewest<Item extends Readonly<Record<string, unknown>>>(
  TableName: string,
  item: Item,
  since: keyof Item & string,
): Promise<void> {
  try {
    await records.send(
      new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(#since) OR #since < :since',
        ExpressionAttributeNames: { '#since': since },
        ExpressionAttributeValues: { ':since': item[since] },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
