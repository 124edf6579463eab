import * as z from 'zod'
import type { AwsError } from '../engine.ts'
import { operation } from '../json-service.ts'
import { invalid } from './attributes.ts'
import { expiredCode } from './codes.ts'
import { Caller, ClientId, Code, type Kit, notAuthorized, type Operations, Password, Username, userOf } from './kit.ts'
import { type Delivery, deliveryTo } from './mail.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { hidesExistence, type Pool } from './pools.ts'
import { asConfirmed } from './sign-up.ts'
import type { User } from './users.ts'

/**
 * ForgotPassword and ConfirmForgotPassword.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
export function recoveryOperations(kit: Kit): Operations {
  const { pools, users, codes, limit, triggers, transaction, now } = kit
  return {
    ForgotPassword: operation(z.strictObject({ ...Caller, ClientId, Username }), ({ ClientId, Username }) => {
      const client = pools.client(ClientId)
      const user = userOf(kit, client, Username)
      if (!user) return { CodeDeliveryDetails: deliveryTo(Username) }
      const problem = whyNot(client.pool, user)
      if (problem && !hidesExistence(client)) throw problem
      limit('ForgotPassword', client.pool, user)
      return { CodeDeliveryDetails: problem ? deliveryTo(Username) : sendResetCode(kit, client.pool, user) }
    }),

    ConfirmForgotPassword: operation(
      z.strictObject({ ...Caller, ClientId, Username, ConfirmationCode: Code, Password }),
      async ({ ClientId, Username, ConfirmationCode, Password, ClientMetadata }) => {
        const client = pools.client(ClientId)
        const { pool } = client
        const named = userOf(kit, client, Username)
        if (!named) throw expiredCode()
        limit('ConfirmForgotPassword', pool, named)
        checkPassword(pool, Password)
        const password = await hashPassword(Password)
        const user = transaction(() => {
          codes.take(pool, named, 'password', ConfirmationCode)
          const current = users.get(pool, named.username)
          const user = { ...asConfirmed(current, now(), 'email_verified'), password, passwordAt: now(), failures: 0 }
          users.save(pool, user)
          return user
        })
        await triggers.postConfirmation('ConfirmForgotPassword', pool, user, { client, metadata: ClientMetadata })
        return {}
      },
    ),
  }
}

/** Mails a code to set a new password with. */
export const sendResetCode = (
  { codes, mail, transaction }: Pick<Kit, 'codes' | 'mail' | 'transaction'>,
  pool: Pool,
  user: User,
): Delivery | undefined => transaction(() => mail.code(pool, user, codes.issue(pool, user, 'password')))

/** Why a user cannot have a code, if that is so. */
function whyNot({ properties }: Pool, { enabled, status, attributes }: User): AwsError | undefined {
  const mechanisms = properties.AccountRecoverySetting?.RecoveryMechanisms
  if (mechanisms && !mechanisms.some(({ Name }) => Name === 'verified_email'))
    return notAuthorized('Contact administrator to reset password.')
  if (!enabled) return notAuthorized('User is disabled.')
  if (attributes.email_verified !== 'true')
    return invalid('Cannot reset password for the user as there is no registered/verified email or phone_number')
  if (status === 'FORCE_CHANGE_PASSWORD') return notAuthorized('User password cannot be reset in the current state.')
  return undefined
}
