import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
import { HttpError } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { tokens } from '../infra/runtime/tokens.ts'
import { asking, ClientId, userPool } from '../infra/runtime/user-pool.ts'
import { login } from '../schemas/accounts.ts'

/** Whether there is such an account is nobody's business. */
const refused = new HttpError(401, 'The e-mail address or the password is wrong')

export const handler = route(login, async ({ body: { email, password } }) => {
  const { AuthenticationResult: result } = await asking(
    userPool.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD: password },
      }),
    ),
    {
      NotAuthorizedException: refused,
      UserNotFoundException: refused,
      UserNotConfirmedException: new HttpError(
        403,
        'This account is not confirmed yet: enter the code in the mail first',
      ),
      PasswordResetRequiredException: new HttpError(403, 'This password must be set anew first'),
    },
  )
  return tokens(login, result)
})
