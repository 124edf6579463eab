import type { DynamoDBRecord } from 'aws-lambda'
import { emitterOf } from '../../infra/runtime/emit.ts'
import { logger } from '../../infra/runtime/logger.ts'
import { followStream, newImageOf } from '../../infra/runtime/stream.ts'
import { ProfileCreated } from '../../schemas/profiles.ts'
import { welcomeProfile } from './consumer.ts'
import { ProfileRecord } from './record.ts'

const emit = emitterOf(welcomeProfile)

export const handler = followStream(async (change: DynamoDBRecord) => {
  const { userId, name } = ProfileRecord.parse(newImageOf(change))
  await emit(ProfileCreated, { userId, name }, userId, { correlationId: userId })
  logger.info(`WELCOME userId=${userId} name=${name}`)
})
