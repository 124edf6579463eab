import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { operation } from '../json-service.ts'
import { deleteUser, update } from './account.ts'
import { AttributeList, checkAttributes, invalid, toAttributeList, toAttributes } from './attributes.ts'
import { type Kit, Metadata, type Operations, Password, Username, UserPoolId } from './kit.ts'
import { checkPassword, hashPassword, temporaryPassword } from './passwords.ts'
import type { Pool } from './pools.ts'
import { sendResetCode } from './recovery.ts'
import { asConfirmed, newUser, refuseConfirmed } from './sign-up.ts'
import type { ClientMetadata } from './triggers.ts'
import { takenMessage, type User } from './users.ts'

const Named = z.strictObject({ UserPoolId, Username })

/**
 * What administrators do with a user.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
 */
export function adminOperations(kit: Kit): Operations {
  const { pools, users, sessions, mail, transaction, now } = kit

  /** An operation on a user who is there; what it answers is `{}` unless it says otherwise. */
  const onUser = <Input extends z.ZodType<z.output<typeof Named>>>(
    input: Input,
    run: (pool: Pool, user: User, request: z.output<Input>) => Promise<unknown> | unknown,
  ) =>
    operation(input, (request) => {
      const pool = pools.pool(request.UserPoolId)
      return run(pool, users.get(pool, request.Username), request)
    })

  const change = (pool: Pool, user: User, changes: Partial<User>): void =>
    transaction(() => users.save(pool, { ...user, ...changes, modifiedAt: now() }))

  async function setTemporary(pool: Pool, user: User, given: string | undefined, isMailed: boolean): Promise<User> {
    const plain = given ?? temporaryPassword(pool)
    checkPassword(pool, plain)
    const password = await hashPassword(plain)
    const invited: User = { ...user, status: 'FORCE_CHANGE_PASSWORD', password, passwordAt: now(), modifiedAt: now() }
    transaction(() => {
      const taken = users.taken(pool, invited)
      if (taken) throw new AwsError('UsernameExistsException', takenMessage(taken))
      users.save(pool, invited)
      if (isMailed) mail.invitation(pool, invited, plain)
    })
    return invited
  }

  return {
    AdminCreateUser: operation(
      Named.extend({
        UserAttributes: AttributeList,
        TemporaryPassword: Password.optional(),
        MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
        DesiredDeliveryMediums: z.array(z.enum(['EMAIL', 'SMS'])).optional(),
        ForceAliasCreation: z.literal(false, 'is not supported locally').optional(),
        ClientMetadata: Metadata,
        ValidationData: z.unknown().optional(),
      }),
      async ({ UserPoolId, Username, UserAttributes, TemporaryPassword, MessageAction }) => {
        const pool = pools.pool(UserPoolId)
        const isMailed = MessageAction !== 'SUPPRESS'
        if (MessageAction === 'RESEND') {
          const user = users.get(pool, Username)
          if (user.status !== 'FORCE_CHANGE_PASSWORD')
            throw new AwsError('UnsupportedUserStateException', 'Resend not possible. User is not in the right state.')
          return { User: describe(await setTemporary(pool, user, TemporaryPassword, isMailed)) }
        }
        const attributes = toAttributes(UserAttributes)
        checkAttributes(pool, attributes)
        const user = newUser(pool, Username, attributes, now())
        const taken = users.taken(pool, user)
        if (taken) throw new AwsError('UsernameExistsException', takenMessage(taken))
        return { User: describe(await setTemporary(pool, user, TemporaryPassword, isMailed)) }
      },
    ),

    AdminGetUser: onUser(Named, (_pool, user) => {
      const { Attributes, ...rest } = describe(user)
      return { ...rest, UserAttributes: Attributes }
    }),

    AdminConfirmSignUp: onUser(Named.extend({ ClientMetadata: Metadata }), async (pool, user, { ClientMetadata }) => {
      await confirmUser(kit, pool, user, ClientMetadata)
    }),

    AdminSetUserPassword: onUser(
      Named.extend({ Password, Permanent: z.boolean().default(false) }),
      async (pool, { username }, input) => {
        checkPassword(pool, input.Password)
        const password = await hashPassword(input.Password)
        const status = input.Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
        change(pool, users.get(pool, username), { password, status, passwordAt: now(), failures: 0 })
      },
    ),

    AdminResetUserPassword: onUser(Named.extend({ ClientMetadata: Metadata }), (pool, user) => {
      if (user.attributes.email_verified !== 'true')
        throw invalid('Cannot reset password for the user as there is no registered/verified email or phone_number')
      transaction(() => {
        change(pool, user, { status: 'RESET_REQUIRED' })
        sendResetCode(kit, pool, user)
      })
    }),

    AdminUpdateUserAttributes: onUser(
      Named.extend({ UserAttributes: AttributeList, ClientMetadata: Metadata }),
      (pool, user, { UserAttributes }) => {
        update(kit, pool, user, toAttributes(UserAttributes))
      },
    ),

    AdminEnableUser: onUser(Named, (pool, user) => change(pool, user, { enabled: true })),

    AdminDisableUser: onUser(Named, (pool, user) =>
      transaction(() => {
        change(pool, user, { enabled: false })
        sessions.revokeAll(pool, user)
      }),
    ),

    AdminUserGlobalSignOut: onUser(Named, (pool, user) => sessions.revokeAll(pool, user)),

    AdminDeleteUser: onUser(Named, (pool, user) => deleteUser(kit, pool, user)),
  }
}

/** Confirms somebody without a code, and calls the pool's function. Throws `NotAuthorizedException` for one who is. */
export async function confirmUser(
  { users, triggers, transaction, now }: Kit,
  pool: Pool,
  user: User,
  metadata?: ClientMetadata,
): Promise<void> {
  refuseConfirmed(user)
  const confirmed = asConfirmed(user, now())
  transaction(() => users.save(pool, confirmed))
  await triggers.postConfirmation('ConfirmSignUp', pool, confirmed, { metadata })
}

/** A user as administrators see it; times in seconds since the epoch. */
export const describe = ({ username, attributes, createdAt, modifiedAt, enabled, status }: User) => ({
  Username: username,
  Attributes: toAttributeList(attributes),
  UserCreateDate: createdAt / 1000,
  UserLastModifiedDate: modifiedAt / 1000,
  Enabled: enabled,
  UserStatus: status,
})
