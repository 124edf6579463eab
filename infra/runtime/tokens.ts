import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider'
import type { RouteContract } from '../../schemas/route.ts'
import { type Answer, json } from './answers.ts'

/** The answer of a login, with what its contract says of it. Throws if the user pool wants more than a password. */
export function tokens({ responses }: RouteContract, result: AuthenticationResultType | undefined): Answer {
  const { IdToken: idToken, AccessToken: accessToken, RefreshToken: refreshToken, ExpiresIn: expiresIn } = result ?? {}
  const body = responses[200]?.body?.parse({ idToken, accessToken, refreshToken, expiresIn })
  return json(200, body, { 'cache-control': 'no-store' })
}
