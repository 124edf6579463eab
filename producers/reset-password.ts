import { ConfirmForgotPasswordCommand } from '@aws-sdk/client-cognito-identity-provider'
import { json } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { asking, ClientId, tooEasy, userPool, wrongCode } from '../infra/runtime/user-pool.ts'
import { resetPassword } from '../schemas/accounts.ts'

const notThisCode = wrongCode('ask for another one')

export const handler = route(resetPassword, async ({ body: { email, code, password } }) => {
  await asking(
    userPool.send(
      new ConfirmForgotPasswordCommand({ ClientId, Username: email, ConfirmationCode: code, Password: password }),
    ),
    {
      // One answer for all of them: it tells nobody which addresses have an account.
      CodeMismatchException: notThisCode,
      ExpiredCodeException: notThisCode,
      UserNotFoundException: notThisCode,
      UserNotConfirmedException: notThisCode,
      NotAuthorizedException: notThisCode,
      InvalidPasswordException: tooEasy,
    },
  )
  return json(200, { message: 'Your password is changed. You can log in with it now.' })
})
