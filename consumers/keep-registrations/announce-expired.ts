import type { DynamoDBRecord } from 'aws-lambda'
import { emitterOf } from '../../infra/runtime/emit.ts'
import { followStream, oldImageOf } from '../../infra/runtime/stream.ts'
import { RegistrationExpired } from '../../schemas/registrations.ts'
import { announceExpired } from './consumer.ts'
import { RegistrationRecord } from './record.ts'

const emit = emitterOf(announceExpired)

/** The table's stream, filtered to what TTL deletes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
export const handler = followStream(async (change: DynamoDBRecord) => {
  const record = RegistrationRecord.parse(oldImageOf(change))
  if (record.status !== 'PENDING') return
  const { registrationId } = record
  await emit(RegistrationExpired, { registrationId }, registrationId, { correlationId: registrationId })
})
