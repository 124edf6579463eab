import {
  AdminResetUserPasswordCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from 'vitest'
import { EMAIL, movableClock, PASSWORD, startUserPool } from './user-pool.ts'

const NEW_PASSWORD = 'Another-Horse-2'

async function startRecovery(settings: Parameters<typeof startUserPool>[0] = {}) {
  const started = await startUserPool(settings)
  const { cognito, ClientId, code } = started
  return {
    ...started,
    forgot: async (Username = EMAIL) =>
      (await cognito.send(new ForgotPasswordCommand({ ClientId, Username }))).CodeDeliveryDetails?.Destination,
    reset: (ConfirmationCode = code(), Password = NEW_PASSWORD, Username = EMAIL) =>
      cognito.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password })),
  }
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
describe('a forgotten password', () => {
  test('is replaced with a code that is mailed, once', async () => {
    const { member, forgot, reset, code, signIn } = await startRecovery()
    await member()
    expect(await forgot('ANN@example.com')).toBe('a***@e***')
    const first = code()
    await reset(first)
    await signIn(EMAIL, NEW_PASSWORD)
    await expect(signIn()).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    await expect(reset(first)).rejects.toMatchObject({ name: 'ExpiredCodeException' })
  })

  test('is not replaced with a weak one, a wrong code or after an hour', async () => {
    const clock = movableClock()
    const { member, forgot, reset, code } = await startRecovery({ now: clock.now })
    await member()
    await expect(reset('123456')).rejects.toMatchObject({ name: 'ExpiredCodeException' })
    await forgot()
    await expect(reset(code(), 'weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    await expect(reset('guess')).rejects.toMatchObject({ name: 'CodeMismatchException' })
    clock.pass({ hours: 1 })
    await expect(reset()).rejects.toMatchObject({ name: 'ExpiredCodeException' })
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
  test('seems to be replaceable for somebody who is not there, or not verified', async () => {
    const { forgot, reset, signUp, ses } = await startRecovery()
    expect(await forgot('eve@example.com')).toBe('e***@e***')
    await expect(reset('123456', NEW_PASSWORD, 'eve@example.com')).rejects.toMatchObject({
      name: 'ExpiredCodeException',
    })
    await signUp()
    expect(await forgot()).toBe('a***@e***')
    expect(ses.emails()).toHaveLength(1)
  })

  test('is told apart where the client may know', async () => {
    const { forgot, signUp } = await startRecovery({ client: { PreventUserExistenceErrors: 'LEGACY' } })
    await expect(forgot()).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'Username/client id combination not found.',
    })
    await signUp()
    await expect(forgot()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
    })
  })

  test('is for an administrator to replace where the pool says so', async () => {
    const { member, forgot } = await startRecovery({
      client: { PreventUserExistenceErrors: 'LEGACY' },
      pool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } },
    })
    await member()
    await expect(forgot()).rejects.toMatchObject({ message: 'Contact administrator to reset password.' })
  })

  // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html
  test('can be demanded by an administrator', async () => {
    const { member, cognito, UserPoolId, signIn, reset } = await startRecovery()
    await member()
    await cognito.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: EMAIL }))
    await expect(signIn()).rejects.toMatchObject({
      name: 'PasswordResetRequiredException',
      message: 'Password reset required for the user',
    })
    await reset()
    await signIn(EMAIL, NEW_PASSWORD)
  })
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html
describe('ChangePassword', () => {
  test('wants the old one, a good new one, and not to be tried often', async () => {
    const { member, signIn, cognito } = await startUserPool()
    await member()
    const { AccessToken } = await signIn()
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      cognito.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }))
    await expect(change('Wrong-Horse-1', NEW_PASSWORD)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    })
    await expect(change(PASSWORD, 'weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    await change(PASSWORD, NEW_PASSWORD)
    await signIn(EMAIL, NEW_PASSWORD)
    await change(NEW_PASSWORD, PASSWORD)
    await change(PASSWORD, NEW_PASSWORD)
    await expect(change(NEW_PASSWORD, PASSWORD)).rejects.toMatchObject({ name: 'LimitExceededException' })
  })
})

test('no password is kept or mailed in clear', async () => {
  const { member, context, ses } = await startUserPool()
  await member()
  const rows = context.database.prepare('SELECT * FROM cognito_users').all()
  expect(JSON.stringify([rows, ses.emails()])).not.toContain(PASSWORD)
  expect(rows).toEqual([expect.objectContaining({ password: expect.stringMatching(/^[\w+/]{22}==:[\w+/]{43}=$/) })])
})
