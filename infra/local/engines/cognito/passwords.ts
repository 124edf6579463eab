import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AwsError } from '../engine.ts'
import { GenerateSecretString, generateSecretString } from '../secrets-manager/generate.ts'
import type { Pool } from './pools.ts'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const BYTES = 32
/** Nobody's: see `isPassword`. */
const NOBODYS = `${Buffer.alloc(16).toString('base64')}:${Buffer.alloc(BYTES).toString('base64')}`

/** scrypt with Node's default cost and a salt of its own, some 50 ms off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64')}:${(await derive(password, salt, BYTES)).toString('base64')}`
}

/** Where there is no such user, or it has no password, it is false after the same time. */
export async function isPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [salt = '', expected = ''] = (hash ?? NOBODYS).split(':').map((part) => Buffer.from(part, 'base64'))
  const actual = await derive(password, Buffer.from(salt), BYTES)
  return timingSafeEqual(actual, Buffer.from(expected)) && typeof hash === 'string'
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S .*\S/

/** Throws `InvalidPasswordException` with the first demand of the pool's policy that is not met. */
export function checkPassword({ properties }: Pool, password: string): void {
  const policy = properties.Policies.PasswordPolicy
  const problem =
    (password.length < policy.MinimumLength && 'Password not long enough') ||
    (policy.RequireUppercase && !/[A-Z]/.test(password) && 'Password must have uppercase characters') ||
    (policy.RequireLowercase && !/[a-z]/.test(password) && 'Password must have lowercase characters') ||
    (policy.RequireNumbers && !/\d/.test(password) && 'Password must have numeric characters') ||
    (policy.RequireSymbols && !SYMBOL.test(password) && 'Password must have symbol characters')
  if (problem) throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${problem}`)
}

/** A password that meets every policy of this length. */
export const temporaryPassword = ({ properties }: Pool): string =>
  generateSecretString(
    GenerateSecretString.parse({ PasswordLength: Math.max(12, properties.Policies.PasswordPolicy.MinimumLength) }),
  )
