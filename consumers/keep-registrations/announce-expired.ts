import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { emitterOf } from '../../infra/runtime/emit.ts'
import { logger } from '../../infra/runtime/logger.ts'
import { RegistrationExpired } from '../../schemas/registrations.ts'
import { announceExpired } from './consumer.ts'
import { RegistrationRecord } from './record.ts'

const emit = emitterOf(announceExpired)

/**
 * The table's stream, filtered to what TTL deletes. Stops at the first record that fails: the stream is read again from
 * there. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const change of Records) {
    try {
      await announce(change)
    } catch (error) {
      logger.error('failed', {
        error: error instanceof Error ? error : new Error(String(error)),
      })
      return {
        batchItemFailures: [{ itemIdentifier: change.dynamodb?.SequenceNumber ?? '' }],
      }
    }
  }
  return { batchItemFailures: [] }
}

async function announce({ dynamodb }: DynamoDBRecord): Promise<void> {
  // The stream's type and the SDK's describe the same JSON in different words.
  const record = RegistrationRecord.parse(unmarshall(JSON.parse(JSON.stringify(dynamodb?.OldImage ?? {}))))
  if (record.status !== 'PENDING') return
  const { registrationId } = record
  await emit(RegistrationExpired, { registrationId }, registrationId, { correlationId: registrationId })
}
