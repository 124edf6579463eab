import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { operation } from '../json-service.ts'
import {
  AttributeList,
  checkAttributes,
  checkClientMayWrite,
  checkRequired,
  invalid,
  isEmail,
  toAttributes,
} from './attributes.ts'
import { expiredCode } from './codes.ts'
import { Caller, ClientId, Code, type Kit, notAuthorized, type Operations, Password, Username, userOf } from './kit.ts'
import { type Delivery, deliveryTo } from './mail.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { isEmailPool, type Pool, verifiesEmail } from './pools.ts'
import { takenMessage, type User } from './users.ts'

/**
 * SignUp, ConfirmSignUp and ResendConfirmationCode.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
export function signUpOperations(kit: Kit): Operations {
  const { pools, users, codes, limit, mail, triggers, transaction, now } = kit

  const sendCode = (pool: Pool, user: User): Delivery | undefined =>
    verifiesEmail(pool) ? mail.code(pool, user, codes.issue(pool, user, 'sign-up')) : undefined

  function refuseTaken(pool: Pool, user: User): void {
    const taken = users.taken(pool, user)
    if (taken) throw new AwsError('UsernameExistsException', takenMessage(taken))
  }

  return {
    SignUp: operation(
      z.strictObject({
        ...Caller,
        ClientId,
        Username,
        Password,
        UserAttributes: AttributeList,
        ValidationData: z.unknown().optional(),
      }),
      async ({ ClientId, Username, Password, UserAttributes }) => {
        const client = pools.client(ClientId)
        const { pool } = client
        if (pool.properties.AdminCreateUserConfig.AllowAdminCreateUserOnly)
          throw notAuthorized('SignUp is not permitted for this user pool')
        const attributes = toAttributes(UserAttributes)
        checkClientMayWrite(client, attributes)
        const named = newUser(pool, Username, attributes, now())
        checkAttributes(pool, attributes)
        checkRequired(pool, named.attributes)
        checkPassword(pool, Password)
        refuseTaken(pool, named)
        const user = { ...named, password: await hashPassword(Password) }
        const delivery = transaction(() => {
          // Somebody may have been quicker meanwhile.
          refuseTaken(pool, user)
          users.save(pool, user)
          return sendCode(pool, user)
        })
        return { UserConfirmed: false, UserSub: user.attributes.sub, CodeDeliveryDetails: delivery }
      },
    ),

    ConfirmSignUp: operation(
      z.strictObject({
        ...Caller,
        ClientId,
        Username,
        ConfirmationCode: Code,
        ForceAliasCreation: z.boolean().default(false),
      }),
      async ({ ClientId, Username, ConfirmationCode, ForceAliasCreation, ClientMetadata }) => {
        const client = pools.client(ClientId)
        const { pool } = client
        const user = userOf(kit, client, Username)
        if (!user) throw expiredCode()
        refuseConfirmed(user)
        limit('ConfirmSignUp', pool, user)
        const confirmed = transaction(() => {
          codes.take(pool, user, 'sign-up', ConfirmationCode)
          const confirmed = asConfirmed(user, now(), 'email_verified')
          const taken = users.taken(pool, confirmed)
          if (taken && !ForceAliasCreation) throw new AwsError('AliasExistsException', takenMessage(taken))
          users.save(pool, confirmed)
          return confirmed
        })
        await triggers.postConfirmation('ConfirmSignUp', pool, confirmed, { client, metadata: ClientMetadata })
        return {}
      },
    ),

    ResendConfirmationCode: operation(z.strictObject({ ...Caller, ClientId, Username }), ({ ClientId, Username }) => {
      const client = pools.client(ClientId)
      const { pool } = client
      const user = userOf(kit, client, Username)
      if (!user) return { CodeDeliveryDetails: deliveryTo(Username) }
      if (user.status !== 'UNCONFIRMED') throw invalid('User is already confirmed.')
      if (!verifiesEmail(pool)) throw invalid('Auto verification not turned on.')
      limit('ResendConfirmationCode', pool, user)
      return { CodeDeliveryDetails: transaction(() => sendCode(pool, user)) }
    }),
  }
}

/** Throws `NotAuthorizedException` unless the user is still to be confirmed. */
export function refuseConfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${status}`)
}

/** The user confirmed, and what the code was sent to verified. */
export const asConfirmed = (user: User, now: number, verified?: 'email_verified'): User => ({
  ...user,
  status: 'CONFIRMED',
  modifiedAt: now,
  attributes: verified ? { ...user.attributes, [verified]: 'true' } : user.attributes,
})

/**
 * A user who is not confirmed and has no password. Where people sign in with their address, that is the name they give, and
 * `sub` becomes their username. Throws `InvalidParameterException` for a name that the pool does not take.
 */
export function newUser(pool: Pool, name: string, attributes: Readonly<Record<string, string>>, now: number): User {
  const sub = randomUUID()
  const byEmail = isEmailPool(pool)
  if (byEmail && !isEmail(name)) throw invalid('Username should be an email.')
  if (byEmail && attributes.email !== undefined && attributes.email !== name)
    throw invalid('The email attribute must be the same as the username.')
  if (pool.properties.AliasAttributes.includes('email') && isEmail(name))
    throw invalid('Username cannot be of email format, since user pool is configured for email alias.')
  return {
    username: byEmail ? sub : name,
    status: 'UNCONFIRMED',
    enabled: true,
    password: null,
    passwordAt: now,
    attributes: {
      ...(byEmail ? { email: name } : {}),
      ...(byEmail || attributes.email !== undefined ? { email_verified: 'false' } : {}),
      ...attributes,
      sub,
    },
    createdAt: now,
    modifiedAt: now,
    failures: 0,
    failedAt: 0,
  }
}
