import { RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider'
import { json } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { askingQuietly, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { logout } from '../schemas/accounts.ts'

/** It was none, or is revoked: either way it is worth nothing. */
const WORTH_NOTHING = [
  'NotAuthorizedException',
  'InvalidParameterException',
  'UnauthorizedException',
  'UnsupportedTokenTypeException',
]

export const handler = route(logout, async ({ body: { refreshToken } }) => {
  await askingQuietly(userPool.send(new RevokeTokenCommand({ ClientId, Token: refreshToken })), WORTH_NOTHING)
  return json(200, { message: 'You are logged out.' })
})
