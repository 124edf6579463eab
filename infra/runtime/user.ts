import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import * as z from 'zod'
import { HttpError } from './answers.ts'
import type { RouteInput } from './route.ts'

/** Whoever called a protected route, as the token says that the gateway has checked. */
export interface User {
  readonly userId: string
  readonly email: string | undefined
  /** The token itself, without its scheme. */
  readonly token: string
}

const Claims = z.object({ sub: z.uuid(), email: z.string().optional() })

/** Throws a 401 `HttpError` if there is no token, which the gateway's authorizer does not let happen. */
export function userOf({
  claims,
  authorization = '',
}: Pick<RouteInput<unknown, unknown>, 'claims' | 'authorization'>): User {
  const { data } = Claims.safeParse(claims)
  if (!data) throw new HttpError(401, 'Please log in')
  return { userId: data.sub, email: data.email, token: authorization.replace(/^bearer\s+/i, '') }
}

const loggedOut = new HttpError(401, 'Please log in again')

/**
 * An id token says the address; an access token does not, but lets one ask for it. Throws a 401 `HttpError` if the token
 * was revoked, or its user deleted, which the gateway does not know.
 */
export async function emailOf({ email, token }: User): Promise<string> {
  if (email !== undefined) return email
  const { asking, userPool } = await import('./user-pool.ts')
  const { UserAttributes = [] } = await asking(userPool.send(new GetUserCommand({ AccessToken: token })), {
    NotAuthorizedException: loggedOut,
    UserNotFoundException: loggedOut,
  })
  const found = UserAttributes.find(({ Name }) => Name === 'email')?.Value
  if (found === undefined) throw new Error('The user pool knows no address of this user')
  return found
}
