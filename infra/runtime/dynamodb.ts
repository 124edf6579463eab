import { setTimeout as delay } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** One client, and thereby one pool of connections, for all that a function does with tables. */
export const dynamoDb = new DynamoDBClient({})

/**
 * To be waited for before a batch is asked again for what it has left out.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
 */
export const patience = (): Promise<void> => delay(100 * (0.5 + Math.random()))
