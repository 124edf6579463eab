import {
  AdminConfirmSignUpCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test, vi } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { EMAIL, startUserPool } from './user-pool.ts'

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
describe('post confirmation', () => {
  test('is told who was confirmed, by which client', async () => {
    const trigger = vi.fn((event: unknown) => event)
    const { signUp, confirm, code, ClientId, UserPoolId } = await startUserPool({ trigger })
    const { UserSub } = await signUp(EMAIL, undefined, { name: 'Ann' })
    await confirm(code(), EMAIL, { ClientMetadata: { from: 'test' } })
    expect(trigger.mock.calls).toEqual([
      [
        {
          version: '1',
          region: 'us-east-1',
          userPoolId: UserPoolId,
          userName: UserSub,
          callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: ClientId },
          triggerSource: 'PostConfirmation_ConfirmSignUp',
          request: {
            userAttributes: {
              sub: UserSub,
              email: EMAIL,
              email_verified: 'true',
              name: 'Ann',
              'cognito:user_status': 'CONFIRMED',
            },
            clientMetadata: { from: 'test' },
          },
          response: {},
        },
      ],
    ])
  })

  test('is told of a new password, and of whom an administrator confirms', async () => {
    const trigger = vi.fn((event: unknown) => event)
    const { signUp, cognito, ClientId, UserPoolId, code, member } = await startUserPool({ trigger })
    await member()
    await cognito.send(new ForgotPasswordCommand({ ClientId, Username: EMAIL }))
    const Password = 'Another-Horse-2'
    const request = { ClientId, Username: EMAIL, ConfirmationCode: code(), Password }
    await cognito.send(new ConfirmForgotPasswordCommand(request))
    expect(trigger).toHaveBeenLastCalledWith(
      expect.objectContaining({ triggerSource: 'PostConfirmation_ConfirmForgotPassword' }),
    )
    await signUp('bob@example.com')
    await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'bob@example.com' }))
    expect(trigger).toHaveBeenLastCalledWith(
      expect.objectContaining({
        triggerSource: 'PostConfirmation_ConfirmSignUp',
        callerContext: expect.objectContaining({ clientId: 'CLIENT_ID_NOT_APPLICABLE' }),
      }),
    )
  })

  test('that fails is told to the caller; the user is confirmed all the same', async () => {
    const { signUp, confirm, code, signIn } = await startUserPool({
      trigger: () => {
        throw new Error('No bus')
      },
    })
    await signUp()
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'PostConfirmation failed with error No bus.',
    })
    await signIn()
    await expect(confirm(code())).rejects.toMatchObject({
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    })
  })

  test('must answer the event', async () => {
    const { signUp, confirm, code } = await startUserPool({ trigger: () => null })
    await signUp()
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'InvalidLambdaResponseException',
      message: 'Unrecognizable lambda output',
    })
  })
})

// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
describe('a function that does not answer in time', () => {
  test('is called three times', async () => {
    const trigger = vi.fn(() => new Promise(() => {}))
    const { signUp, confirm, code } = await startUserPool({ trigger, triggerTimeoutMs: 10 })
    await signUp()
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'UnexpectedLambdaException',
      message: 'PostConfirmation failed with error Socket timeout while invoking Lambda function.',
    })
    expect(trigger).toHaveBeenCalledTimes(3)
  })

  test('may answer the next time', async () => {
    const trigger = vi.fn((event: unknown): unknown => event).mockReturnValueOnce(new Promise(() => {}))
    const { signUp, confirm, code } = await startUserPool({ trigger, triggerTimeoutMs: 50 })
    await signUp()
    await confirm(code())
    expect(trigger).toHaveBeenCalledTimes(2)
  })
})

test('a function that cannot be called is told to the caller', async () => {
  const { signUp, confirm, code } = await startUserPool({
    trigger: () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded', 429)
    },
  })
  await signUp()
  await expect(confirm(code())).rejects.toMatchObject({
    name: 'UnexpectedLambdaException',
    message: 'PostConfirmation failed with error Rate Exceeded.',
  })
})
