import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { operation } from '../json-service.ts'
import {
  AttributeList,
  checkAttributes,
  checkClientMayWrite,
  invalid,
  readable,
  toAttributeList,
  toAttributes,
} from './attributes.ts'
import { Code, type Kit, Metadata, notAuthorized, type Operations, Password, Token } from './kit.ts'
import type { Delivery } from './mail.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'
import { keepsAddress, type Pool, verifiesEmail } from './pools.ts'
import { takenMessage, type User } from './users.ts'

const AccessToken = { AccessToken: Token }
const AttributeName = z.literal('email', 'only e-mail addresses are verified')

/**
 * What people do with their own account, by their access token.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
 */
export function accountOperations(kit: Kit): Operations {
  const { users, codes, sessions, tokens, limit, transaction, now } = kit

  return {
    GetUser: operation(z.strictObject(AccessToken), async ({ AccessToken }) => {
      const { client, user } = await tokens.caller(AccessToken)
      return { Username: user.username, UserAttributes: toAttributeList(readable(client, user.attributes)) }
    }),

    UpdateUserAttributes: operation(
      z.strictObject({ ...AccessToken, UserAttributes: AttributeList, ClientMetadata: Metadata }),
      async ({ AccessToken, UserAttributes }) => {
        const { pool, client, user } = await tokens.caller(AccessToken)
        const written = toAttributes(UserAttributes)
        checkClientMayWrite(client, written)
        const delivery = update(kit, pool, user, written)
        return { CodeDeliveryDetailsList: delivery ? [delivery] : [] }
      },
    ),

    GetUserAttributeVerificationCode: operation(
      z.strictObject({ ...AccessToken, AttributeName, ClientMetadata: Metadata }),
      async ({ AccessToken }) => {
        const { pool, user } = await tokens.caller(AccessToken)
        if (!user.attributes.email) throw invalid('User does not have an email to verify.')
        limit('GetUserAttributeVerificationCode', pool, user)
        return { CodeDeliveryDetails: transaction(() => sendCode(kit, pool, user)) }
      },
    ),

    VerifyUserAttribute: operation(
      z.strictObject({ ...AccessToken, AttributeName, Code }),
      async ({ AccessToken, Code }) => {
        const { pool, user } = await tokens.caller(AccessToken)
        limit('VerifyUserAttribute', pool, user)
        transaction(() => {
          const email = codes.take(pool, user, 'email', Code)
          const proved = { ...(email === undefined ? {} : { email }), email_verified: 'true' }
          users.save(pool, withAttributes(kit, pool, user, proved))
        })
        return {}
      },
    ),

    ChangePassword: operation(
      z.strictObject({ ...AccessToken, PreviousPassword: z.string(), ProposedPassword: Password }),
      async ({ AccessToken, PreviousPassword, ProposedPassword }) => {
        const { pool, user } = await tokens.caller(AccessToken)
        limit('ChangePassword', pool, user)
        checkPassword(pool, ProposedPassword)
        if (!(await isPassword(PreviousPassword, user.password))) throw notAuthorized('Incorrect username or password.')
        const password = await hashPassword(ProposedPassword)
        const current = users.get(pool, user.username)
        transaction(() => users.save(pool, { ...current, password, passwordAt: now(), modifiedAt: now() }))
        return {}
      },
    ),

    GlobalSignOut: operation(z.strictObject(AccessToken), async ({ AccessToken }) => {
      const { pool, user } = await tokens.caller(AccessToken)
      sessions.revokeAll(pool, user)
      return {}
    }),

    DeleteUser: operation(z.strictObject(AccessToken), async ({ AccessToken }) => {
      const { pool, user } = await tokens.caller(AccessToken)
      deleteUser(kit, pool, user)
      return {}
    }),
  }
}

/** Mails a code to a user's address; to `newAddress` instead, if it is to become theirs. */
const sendCode = (
  { mail, codes }: Pick<Kit, 'mail' | 'codes'>,
  pool: Pool,
  user: User,
  newAddress?: string,
): Delivery | undefined => {
  const email = newAddress ?? user.attributes.email
  const addressee = { ...user, attributes: { ...user.attributes, ...(email === undefined ? {} : { email }) } }
  return mail.code(pool, addressee, codes.issue(pool, user, 'email', newAddress))
}

/**
 * Writes attributes, and mails a code to a new address, unless that is said to be verified; where the pool keeps the
 * address that there is, the new one takes its place once it is verified. Throws as `withAttributes` does.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserAttributeUpdateSettingsType.html
 */
export function update(
  kit: Kit,
  pool: Pool,
  user: User,
  written: Readonly<Record<string, string>>,
): Delivery | undefined {
  const changed = withAttributes(kit, pool, user, written)
  const { email: address, ...others } = written
  const isUnproved = changed.attributes.email !== user.attributes.email && written.email_verified !== 'true'
  const isKept = isUnproved && keepsAddress(pool)
  return kit.transaction(() => {
    kit.users.save(pool, isKept ? withAttributes(kit, pool, user, others) : changed)
    if (!isUnproved || !verifiesEmail(pool)) return undefined
    return sendCode(kit, pool, changed, isKept ? address : undefined)
  })
}

/** The user and all that is kept for it. */
export const deleteUser = ({ users, codes, sessions, transaction }: Kit, pool: Pool, user: User): void =>
  transaction(() => {
    users.delete(pool, user)
    codes.dropAll(pool, user)
    sessions.dropAll(pool, user)
  })

/**
 * The user with these attributes changed. A new address is not verified, unless it is said to be.
 * Throws `InvalidParameterException` or `AliasExistsException`.
 */
function withAttributes(
  { users, now }: Pick<Kit, 'users' | 'now'>,
  pool: Pool,
  user: User,
  written: Readonly<Record<string, string>>,
): User {
  checkAttributes(pool, written, user.attributes)
  const isNewAddress = written.email !== undefined && written.email !== user.attributes.email
  const attributes = { ...user.attributes, ...(isNewAddress ? { email_verified: 'false' } : {}), ...written }
  const changed = { ...user, attributes, modifiedAt: now() }
  const taken = users.taken(pool, changed)
  if (taken) throw new AwsError('AliasExistsException', takenMessage(taken))
  return changed
}
