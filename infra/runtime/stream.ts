import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logger } from './logger.ts'

/**
 * Turns a function per change into the Lambda handler of a table's stream. Stops at the first change that fails: the
 * stream is read again from there. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function followStream(run: (change: DynamoDBRecord) => Promise<void>) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const change of Records) {
      try {
        await run(change)
      } catch (error) {
        logger.error('failed', { error: error instanceof Error ? error : new Error(String(error)) })
        return { batchItemFailures: [{ itemIdentifier: change.dynamodb?.SequenceNumber ?? '' }] }
      }
    }
    return { batchItemFailures: [] }
  }
}

/** The item before the change, in plain JSON; `{}` if there was none. */
export const oldImageOf = ({ dynamodb }: DynamoDBRecord): unknown => plain(dynamodb?.OldImage)

/** The item after the change, in plain JSON; `{}` if there is none any more. */
export const newImageOf = ({ dynamodb }: DynamoDBRecord): unknown => plain(dynamodb?.NewImage)

/** The stream's type and the SDK's describe the same JSON in different words. */
const plain = (image: object = {}): unknown => unmarshall(JSON.parse(JSON.stringify(image)))
