import { randomUUID } from 'node:crypto'
import { ResendConfirmationCodeCommand } from '@aws-sdk/client-cognito-identity-provider'
import { json } from '../infra/runtime/answers.ts'
import { limitRate } from '../infra/runtime/rate-limit.ts'
import { route } from '../infra/runtime/route.ts'
import { askingQuietly, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { resendCode } from '../schemas/accounts.ts'

/** No such user, or confirmed long since. */
const NOTHING_TO_SEND = ['UserNotFoundException', 'InvalidParameterException', 'NotAuthorizedException']

export const handler = route(resendCode, async ({ body: { email }, client }) => {
  // Each call mails a code, so each counts.
  await limitRate({ action: resendCode.name, email, client, id: randomUUID() })
  await askingQuietly(userPool.send(new ResendConfirmationCodeCommand({ ClientId, Username: email })), NOTHING_TO_SEND)
  return json(200, { message: 'If this address has an account to be confirmed, a new code is on its way.' })
})
