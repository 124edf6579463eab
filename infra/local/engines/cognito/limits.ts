import { AwsError } from '../engine.ts'
import type { Pool } from './pools.ts'
import type { User } from './users.ts'

/**
 * How often an hour a user may do what somebody else could do in their name.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#resource-quotas
 */
const PER_HOUR = {
  ConfirmSignUp: 15,
  ResendConfirmationCode: 20,
  ForgotPassword: 20,
  ConfirmForgotPassword: 20,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  VerifyUserAttribute: 15,
} as const

export type Limit = (operation: keyof typeof PER_HOUR, pool: Pool, user: User) => void

/** Counts in memory, by the hour of the clock. The function throws `LimitExceededException`. */
export function createLimit(now: () => number): Limit {
  const counts = new Map<string, number>()
  let hour = 0
  return (operation, pool, { username }) => {
    const current = Math.floor(now() / 3_600_000)
    if (current !== hour) counts.clear()
    hour = current
    const key = `${operation} ${pool.id} ${username}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > PER_HOUR[operation])
      throw new AwsError('LimitExceededException', 'Attempt limit exceeded, please try after some time.')
  }
}
