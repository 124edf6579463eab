import { randomUUID } from 'node:crypto'
import type { PostConfirmationTriggerEvent } from 'aws-lambda'
import { emitterOf } from '../infra/runtime/emit.ts'
import { logger } from '../infra/runtime/logger.ts'
import { userConfirmed } from '../infra/runtime/user-confirmed.ts'
import { postConfirmation, UserConfirmed } from '../schemas/accounts.ts'
import { Metadata } from '../schemas/event.ts'

const emit = emitterOf(postConfirmation)
/** Our route says it; whoever calls the user pool itself may say anything. */
const CorrelationId = Metadata.shape.correlationId.catch(() => randomUUID())

/**
 * Cognito's trigger after somebody has proved an address, also by setting a forgotten password anew, which is no news.
 * It throws if the bus fails, and so does the call that confirmed: Cognito waits for five seconds.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
 */
export async function handler(event: PostConfirmationTriggerEvent): Promise<PostConfirmationTriggerEvent> {
  if (event.triggerSource !== 'PostConfirmation_ConfirmSignUp') return event
  const { userAttributes, clientMetadata } = event.request
  const correlationId = CorrelationId.parse(clientMetadata?.correlationId)
  logger.setCorrelationId(correlationId)
  const user = userConfirmed(event.userName, userAttributes)
  await emit(UserConfirmed, user, user.userId, { correlationId })
  return event
}
