import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamoDb } from './dynamodb.ts'

/** The document client: plain objects in and out. */
export const records = DynamoDBDocumentClient.from(dynamoDb, {
  marshallOptions: { removeUndefinedValues: true },
})
