import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider'
import { HttpError } from './answers.ts'
import { variable } from './environment.ts'

/** The user pool's API. What an anonymous caller may do there needs no rights of the function's own. */
export const userPool = new CognitoIdentityProviderClient({} satisfies CognitoIdentityProviderClientConfig)

/** The web client, which has no secret: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html */
export const ClientId = variable('USER_POOL_CLIENT_ID')

const TOO_OFTEN = ['LimitExceededException', 'TooManyRequestsException', 'TooManyFailedAttemptsException']
const RETRY_AFTER_SECONDS = 60

/**
 * Sends a command and answers what `otherwise` makes of Cognito's error, by the error's name: an `HttpError` is thrown, any
 * other value is the answer. Too many calls are a 429 for everybody; whatever else is not listed is thrown as it is.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
export async function asking<Result>(
  call: Promise<Result>,
  otherwise: Readonly<Record<string, HttpError>>,
): Promise<Result> {
  try {
    return await call
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (TOO_OFTEN.includes(name)) {
      throw new HttpError(429, 'Too many attempts; please wait a minute', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    throw otherwise[name] ?? error
  }
}
