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

/** A code that Cognito does not take; `instead` says what to do. */
export function wrongCode(instead: string): HttpError {
  const message = 'This code is wrong or has expired'
  return new HttpError(400, `${message}; ${instead}`, { errors: [{ path: 'code', message }] })
}

/** A password that Cognito does not take, though it is as long and as mixed as it has to be. */
export const tooEasy = new HttpError(400, 'Please correct: password', {
  errors: [{ path: 'password', message: 'Too easy to guess: take a longer one' }],
})

const TOO_OFTEN = ['LimitExceededException', 'TooManyRequestsException', 'TooManyFailedAttemptsException']
const RETRY_AFTER_SECONDS = 60

/**
 * Awaits a call and throws what `otherwise` has for Cognito's error, by the error's name. Too many calls are a 429 for
 * everybody; whatever else is not listed is thrown as it is.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
export async function asking<Result>(
  call: Promise<Result>,
  otherwise: Readonly<Record<string, HttpError>>,
): Promise<Result> {
  try {
    return await call
  } catch (error) {
    throw otherwise[nameOf(error)] ?? tooOften(error) ?? error
  }
}

/** The same for what is answered alike whatever comes of it: of errors with these names nobody is told. */
export async function askingQuietly(call: Promise<unknown>, untold: readonly string[]): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!untold.includes(nameOf(error))) throw tooOften(error) ?? error
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

const tooOften = (error: unknown): HttpError | undefined =>
  TOO_OFTEN.includes(nameOf(error))
    ? new HttpError(429, 'Too many attempts; please wait a minute', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    : undefined
