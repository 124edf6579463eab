import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { HttpError, json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { limitRate } from '../infra/runtime/rate-limit.ts'
import { route } from '../infra/runtime/route.ts'
import { asking, ClientId, tooEasy, userPool } from '../infra/runtime/user-pool.ts'
import { signUp } from '../schemas/accounts.ts'

export const handler = route(signUp, async ({ body, client, idempotencyKey }) => {
  const { email, password, name, givenName, familyName } = body
  await limitRate({ action: signUp.name, email, client, id: newId('signup', email, idempotencyKey) })
  const attributes = { email, name, given_name: givenName, family_name: familyName }
  const { UserSub: userId } = await asking(
    userPool.send(
      new SignUpCommand({
        ClientId,
        Username: email,
        Password: password,
        UserAttributes: Object.entries(attributes).flatMap(([Name, Value]) =>
          Value === undefined ? [] : { Name, Value },
        ),
      }),
    ),
    {
      UsernameExistsException: new HttpError(409, 'This address has an account already'),
      InvalidPasswordException: tooEasy,
    },
  )
  return json(201, { userId, confirmed: false })
})
