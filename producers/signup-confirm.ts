import { AdminGetUserCommand, ConfirmSignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { HttpError, json } from '../infra/runtime/answers.ts'
import { names, variable } from '../infra/runtime/environment.ts'
import { produce } from '../infra/runtime/produce.ts'
import { records } from '../infra/runtime/records.ts'
import { userConfirmed } from '../infra/runtime/user-confirmed.ts'
import { asking, ClientId, userPool, wrongCode } from '../infra/runtime/user-pool.ts'
import { confirmSignUp, UserConfirmed } from '../schemas/accounts.ts'

const JUST_LOG_IN = 'if the account is confirmed already, just log in'
const notThisCode = wrongCode(JUST_LOG_IN)
const alreadyConfirmed = wrongCode(JUST_LOG_IN)
/** The user pool has confirmed the user, but the trigger behind it could not tell. */
const notTold = new HttpError(503, 'Something this needs does not answer; please try again in a moment')

export const handler = produce(confirmSignUp, async ({ body: { email, code }, correlationId }, emit) => {
  try {
    await asking(
      userPool.send(
        new ConfirmSignUpCommand({
          ClientId,
          Username: email,
          ConfirmationCode: code,
          ClientMetadata: { correlationId },
        }),
      ),
      {
        // One answer for all of them: it tells nobody which addresses have an account.
        CodeMismatchException: notThisCode,
        ExpiredCodeException: notThisCode,
        UserNotFoundException: notThisCode,
        AliasExistsException: notThisCode,
        NotAuthorizedException: alreadyConfirmed,
        UserLambdaValidationException: notTold,
        UnexpectedLambdaException: notTold,
        InvalidLambdaResponseException: notTold,
      },
    )
  } catch (error) {
    if (error === alreadyConfirmed) await makeUpFor(email)
    throw error
  }
  return json(200, { message: 'Your account is confirmed. You can log in now.' })

  /** Tells of a confirmed user whom nobody keeps a record of: when it happened, the bus had failed. */
  async function makeUpFor(email: string): Promise<void> {
    const UserPoolId = variable('USER_POOL_ID')
    const { Username = '', UserAttributes = [] } = await userPool.send(
      new AdminGetUserCommand({ UserPoolId, Username: email }),
    )
    const user = userConfirmed(Username, Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])))
    const { userId } = user
    const { Item } = await records.send(new GetCommand({ TableName: names.table('users'), Key: { userId } }))
    if (!Item) await emit(UserConfirmed, user, userId)
  }
})
