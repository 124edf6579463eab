import { ResendConfirmationCodeCommand } from '@aws-sdk/client-cognito-identity-provider'
import { HttpError, json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { limitRate } from '../infra/runtime/rate-limit.ts'
import { route } from '../infra/runtime/route.ts'
import { asking, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { resendCode } from '../schemas/accounts.ts'

const answer = json(200, { message: 'If this address has an account to be confirmed, a new code is on its way.' })
/** No such user, or confirmed long since: whoever asks is told the same as everybody. */
const nothingToSend = new HttpError(200, '')

export const handler = route(resendCode, async ({ body: { email }, client, idempotencyKey }) => {
  await limitRate({ action: resendCode.name, email, client, id: newId('resend', email, idempotencyKey) })
  try {
    await asking(userPool.send(new ResendConfirmationCodeCommand({ ClientId, Username: email })), {
      UserNotFoundException: nothingToSend,
      InvalidParameterException: nothingToSend,
      NotAuthorizedException: nothingToSend,
    })
  } catch (error) {
    if (error !== nothingToSend) throw error
  }
  return answer
})
