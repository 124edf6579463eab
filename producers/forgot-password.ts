import { randomUUID } from 'node:crypto'
import { ForgotPasswordCommand } from '@aws-sdk/client-cognito-identity-provider'
import { json } from '../infra/runtime/answers.ts'
import { limitRate } from '../infra/runtime/rate-limit.ts'
import { route } from '../infra/runtime/route.ts'
import { askingQuietly, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { forgotPassword } from '../schemas/accounts.ts'

/** No such user, or not confirmed, or disabled. */
const NOTHING_TO_SEND = ['UserNotFoundException', 'InvalidParameterException', 'NotAuthorizedException']

export const handler = route(forgotPassword, async ({ body: { email }, client }) => {
  // Each call mails a code, so each counts.
  await limitRate({ action: forgotPassword.name, email, client, id: randomUUID() })
  await askingQuietly(userPool.send(new ForgotPasswordCommand({ ClientId, Username: email })), NOTHING_TO_SEND)
  return json(200, { message: 'If this address has a confirmed account, a code is on its way.' })
})
