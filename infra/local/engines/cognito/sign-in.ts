import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { operation } from '../json-service.ts'
import { invalid, readable } from './attributes.ts'
import { Caller, ClientId, type Kit, notAuthorized, type Operations, Password, Token, UserPoolId } from './kit.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'
import { type Client, hidesExistence } from './pools.ts'
import { lifetimesOf } from './properties.ts'
import { asConfirmed } from './sign-up.ts'
import type { User } from './users.ts'

const FORGOTTEN_AFTER_MS = 15 * 60_000
const PASSWORD_FLOWS: Readonly<Record<string, 'ALLOW_USER_PASSWORD_AUTH' | 'ALLOW_ADMIN_USER_PASSWORD_AUTH'>> = {
  USER_PASSWORD_AUTH: 'ALLOW_USER_PASSWORD_AUTH',
  ADMIN_USER_PASSWORD_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  ADMIN_NO_SRP_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
}
const Parameters = z.record(z.string(), z.string()).default({})
type Parameters = z.output<typeof Parameters>

const Authentication = z.strictObject({ ...Caller, ClientId, AuthFlow: z.string(), AuthParameters: Parameters })
const Answer = z.strictObject({
  ...Caller,
  ClientId,
  ChallengeName: z.string(),
  ChallengeResponses: Parameters,
  Session: z.string().default(''),
})
const ByAdmin = { UserPoolId, ContextData: z.unknown().optional() }

/**
 * InitiateAuth and RespondToAuthChallenge, by anybody and by administrators; RevokeToken.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
 */
export function signInOperations(kit: Kit): Operations {
  const { pools, users, sessions, tokens, transaction, now } = kit

  async function initiate(client: Client, flow: string, parameters: Parameters): Promise<object> {
    const allowed: readonly string[] = client.properties.ExplicitAuthFlows
    if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') {
      return refresh(client, required(parameters, 'REFRESH_TOKEN'))
    }
    const wanted = Object.hasOwn(PASSWORD_FLOWS, flow) ? PASSWORD_FLOWS[flow] : undefined
    if (wanted === undefined) throw invalid(`${flow} is not supported locally: sign in with USER_PASSWORD_AUTH`)
    if (!allowed.includes(wanted))
      throw invalid(`${flow === 'USER_PASSWORD_AUTH' ? flow : 'Auth'} flow not enabled for this client`)
    const user = await authenticated(client, required(parameters, 'USERNAME'), required(parameters, 'PASSWORD'))
    if (user.status === 'UNCONFIRMED') throw new AwsError('UserNotConfirmedException', 'User is not confirmed.')
    if (user.status === 'RESET_REQUIRED')
      throw new AwsError('PasswordResetRequiredException', 'Password reset required for the user')
    return user.status === 'FORCE_CHANGE_PASSWORD' ? newPasswordRequired(client, user) : begin(client, user)
  }

  /**
   * The user with this name and password. After five wrong passwords it waits, twice as long after each further one.
   * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow-things-to-know.html
   */
  async function authenticated(client: Client, name: string, password: string): Promise<User> {
    const { pool } = client
    const before = users.find(pool, name)
    if (!before && !hidesExistence(client)) throw new AwsError('UserNotFoundException', 'User does not exist.')
    if (before && now() < lockedUntil(before)) throw notAuthorized('Password attempts exceeded')
    const isRight = await isPassword(password, before?.password)
    const user = before && users.find(pool, before.username)
    if (!user || !isRight || user.password !== before.password) {
      if (user) {
        const failures = now() - user.failedAt > FORGOTTEN_AFTER_MS ? 1 : user.failures + 1
        transaction(() => users.save(pool, { ...user, failures, failedAt: now() }))
      }
      throw notAuthorized('Incorrect username or password.')
    }
    if (!user.enabled) throw notAuthorized('User is disabled.')
    if (user.failures > 0) transaction(() => users.save(pool, { ...user, failures: 0 }))
    return { ...user, failures: 0 }
  }

  async function begin(client: Client, user: User): Promise<object> {
    const seconds = lifetimesOf(client.properties).refresh
    const { session, refreshToken } = transaction(() => sessions.begin(client, user, seconds))
    const issued = await tokens.issue(client, user, session)
    return { ChallengeParameters: {}, AuthenticationResult: { ...issued, RefreshToken: refreshToken } }
  }

  async function refresh(client: Client, token: string): Promise<object> {
    const session = sessions.resume(client, token)
    const user = users.get(client.pool, session.username)
    if (!user.enabled) throw notAuthorized('User is disabled.')
    return { ChallengeParameters: {}, AuthenticationResult: await tokens.issue(client, user, session) }
  }

  async function newPasswordRequired(client: Client, user: User): Promise<object> {
    const { TemporaryPasswordValidityDays: days } = client.pool.properties.Policies.PasswordPolicy
    if (now() > user.passwordAt + days * 86_400_000)
      throw notAuthorized('Temporary password has expired and must be reset by an administrator.')
    const { sub: _, ...attributes } = readable(client, user.attributes)
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: await tokens.challenge(client, user),
      ChallengeParameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify(attributes),
      },
    }
  }

  async function respond(client: Client, name: string, responses: Parameters, session: string): Promise<object> {
    if (name !== 'NEW_PASSWORD_REQUIRED') throw invalid(`The challenge ${name} is not supported locally`)
    const { pool } = client
    const challenged = users.get(pool, await tokens.challenged(client, session))
    const named = users.find(pool, required(responses, 'USERNAME'))
    if (challenged.username !== named?.username || challenged.status !== 'FORCE_CHANGE_PASSWORD')
      throw notAuthorized('Invalid session for the user.')
    const given = Object.keys(responses).filter((key) => key.startsWith('userAttributes.'))
    if (given.length > 0) throw invalid('Attributes in the answer to a challenge are not supported locally')
    const password = Password.safeParse(required(responses, 'NEW_PASSWORD')).data ?? ''
    checkPassword(pool, password)
    const hash = await hashPassword(password)
    const user = { ...asConfirmed(users.get(pool, challenged.username), now()), password: hash, passwordAt: now() }
    transaction(() => users.save(pool, user))
    return begin(client, user)
  }

  return {
    InitiateAuth: operation(Authentication, ({ ClientId, AuthFlow, AuthParameters }) => {
      if (AuthFlow.startsWith('ADMIN_')) throw invalid('Initiate Auth method not supported.')
      return initiate(pools.client(ClientId), AuthFlow, AuthParameters)
    }),
    AdminInitiateAuth: operation(Authentication.extend(ByAdmin), ({ UserPoolId, ClientId, AuthFlow, AuthParameters }) =>
      initiate(pools.client(ClientId, pools.pool(UserPoolId).id), AuthFlow, AuthParameters),
    ),
    RespondToAuthChallenge: operation(Answer, ({ ClientId, ChallengeName, ChallengeResponses, Session }) =>
      respond(pools.client(ClientId), ChallengeName, ChallengeResponses, Session),
    ),
    AdminRespondToAuthChallenge: operation(
      Answer.extend(ByAdmin),
      ({ UserPoolId, ClientId, ChallengeName, ChallengeResponses, Session }) =>
        respond(pools.client(ClientId, pools.pool(UserPoolId).id), ChallengeName, ChallengeResponses, Session),
    ),

    RevokeToken: operation(z.strictObject({ ClientId, Token }), ({ ClientId, Token }) => {
      const client = pools.client(ClientId)
      if (!client.properties.EnableTokenRevocation)
        throw new AwsError('UnsupportedOperationException', 'Token revocation is not enabled for the client')
      if (Token.split('.').length === 3)
        throw new AwsError('UnsupportedTokenTypeException', 'Only refresh tokens can be revoked')
      sessions.revoke(client, Token)
      return {}
    }),
  }
}

function required(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value) return value
  throw invalid(`Missing required parameter ${name}`)
}

const lockedUntil = ({ failures, failedAt }: User): number =>
  failures < 5 ? 0 : failedAt + Math.min(1000 * 2 ** (failures - 5), FORGOTTEN_AFTER_MS)
