import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** One client, and thereby one pool of connections, for all that a function does with tables. */
export const dynamoDb = new DynamoDBClient({})
