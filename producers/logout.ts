import { RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider'
import { HttpError, json } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { asking, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { logout } from '../schemas/accounts.ts'

/** It was none, or is revoked: either way it is worth nothing. */
const worthNothing = new HttpError(200, '')

export const handler = route(logout, async ({ body: { refreshToken } }) => {
  try {
    await asking(userPool.send(new RevokeTokenCommand({ ClientId, Token: refreshToken })), {
      NotAuthorizedException: worthNothing,
      InvalidParameterException: worthNothing,
      UnauthorizedException: worthNothing,
      UnsupportedTokenTypeException: worthNothing,
    })
  } catch (error) {
    if (error !== worthNothing) throw error
  }
  return json(200, { message: 'You are logged out.' })
})
