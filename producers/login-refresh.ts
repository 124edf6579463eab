import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
import { HttpError } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { tokens } from '../infra/runtime/tokens.ts'
import { asking, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { refreshLogin } from '../schemas/accounts.ts'

const expired = new HttpError(401, 'Please log in again')

export const handler = route(refreshLogin, async ({ body: { refreshToken } }) => {
  const { AuthenticationResult: result } = await asking(
    userPool.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: refreshToken },
      }),
    ),
    { NotAuthorizedException: expired, InvalidParameterException: expired, UserNotFoundException: expired },
  )
  return tokens(refreshLogin, result)
})
