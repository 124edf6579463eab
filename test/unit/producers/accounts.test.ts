import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { UserConfirmed } from '../../../schemas/accounts.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { jsonRequest, setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, { USER_POOL_CLIENT_ID: 'client', USER_POOL_ID: 'us-east-1_pool' })
const { handler: signUp } = await import('../../../producers/signup.ts')
const { handler: confirmSignUp } = await import('../../../producers/signup-confirm.ts')
const { handler: resendCode } = await import('../../../producers/signup-resend.ts')
const { handler: forgotPassword } = await import('../../../producers/forgot-password.ts')
const { handler: resetPassword } = await import('../../../producers/reset-password.ts')
const { handler: login } = await import('../../../producers/login.ts')
const { handler: refreshLogin } = await import('../../../producers/login-refresh.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const userId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'
const email = 'ada@example.com'
const password = 'Correct1horse'
const attributes = [
  { Name: 'sub', Value: userId },
  { Name: 'email', Value: email },
  { Name: 'name', Value: 'Ada Lovelace' },
]

/** Cognito's answer to one operation from now on: an error of this name. */
const refuse = (operation: string, error: string) =>
  aws.answer(operation, () => ({ status: 400, body: { __type: error, message: `${error}: ${email}` } }))

const Problem = z.object({ detail: z.string(), errors: z.array(z.object({ path: z.string() })).optional() })
const UpdateItem = z.object({ ExpressionAttributeValues: z.object({ ':id': z.object({ S: z.string() }) }) })
const problemOf = ({ body = '' }: { readonly body?: string | undefined }) => Problem.parse(JSON.parse(body))

describe('signing up', () => {
  const form = { email, password, name: 'Ada Lovelace', givenName: 'Ada' }
  beforeEach(() => aws.answer('SignUp', () => ({ body: { UserSub: userId, UserConfirmed: false } })))

  test('opens an account, and answers no password', async () => {
    const { statusCode, body = '' } = await signUp(jsonRequest(form))
    expect(statusCode).toBe(201)
    expect(JSON.parse(body)).toEqual({ userId, confirmed: false })
    expect(aws.calls('SignUp')).toEqual([
      {
        ClientId: 'client',
        Username: email,
        Password: password,
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'name', Value: 'Ada Lovelace' },
          { Name: 'given_name', Value: 'Ada' },
        ],
      },
    ])
  })

  test.each([
    ['UsernameExistsException', 409],
    ['InvalidPasswordException', 400],
    ['LimitExceededException', 429],
    ['TooManyRequestsException', 429],
    ['InternalErrorException', 503],
    ['CodeDeliveryFailureException', 503],
  ])('is, when Cognito says %s, a %i that repeats neither its words nor the password', async (error, status) => {
    const log = captureLog()
    refuse('SignUp', error)
    const { statusCode, headers, body } = await signUp(jsonRequest(form))
    expect(statusCode).toBe(status)
    expect(body).not.toMatch(/Exception|ada@|Correct1/)
    if (status > 409) expect(headers).toHaveProperty('retry-after')
    expect(log()).not.toMatch(/ada@example\.com|Correct1|Lovelace/)
  })

  test('with an address that is longer than a user name of Cognito is wrong at that field', async () => {
    const answer = await signUp(jsonRequest({ ...form, email: `${'a'.repeat(120)}@example.com` }))
    expect(answer.statusCode).toBe(400)
    expect(problemOf(answer).errors).toMatchObject([{ path: 'email' }])
  })

  test.each([
    ['short', 'Aa345678'.slice(1)],
    ['without upper case', 'abcdefg1'],
    ['without lower case', 'ABCDEFG1'],
    ['without a digit', 'Abcdefgh'],
    ['with a space at its end', 'Abcdefg1 '],
    ['endless', `Aa1${'x'.repeat(254)}`],
  ])('with a password that is %s is wrong at that field, before Cognito sees it', async (_, password) => {
    const answer = await signUp(jsonRequest({ ...form, password }))
    expect(answer.statusCode).toBe(400)
    expect(problemOf(answer).errors).toMatchObject([{ path: 'password' }])
    expect(aws.calls('SignUp')).toEqual([])
  })
})

describe('confirming', () => {
  const form = { email, code: '123456' }

  test('passes the correlation id on to the trigger', async () => {
    aws.answer('ConfirmSignUp', () => ({}))
    const { statusCode } = await confirmSignUp(jsonRequest(form, { 'x-correlation-id': 'trace' }))
    expect(statusCode).toBe(200)
    expect(aws.calls('ConfirmSignUp')).toMatchObject([
      { Username: email, ConfirmationCode: '123456', ClientMetadata: { correlationId: 'trace' } },
    ])
    expect(emittedEvents(aws)).toEqual([])
  })

  test('answers the same for a wrong code, an old one, nobody, and somebody confirmed before', async () => {
    aws.answer('AdminGetUser', () => ({ body: { Username: userId, UserAttributes: attributes } }))
    const answers = await Promise.all(
      [
        'CodeMismatchException',
        'ExpiredCodeException',
        'UserNotFoundException',
        'AliasExistsException',
        'NotAuthorizedException',
      ].map(async (error) => {
        refuse('ConfirmSignUp', error)
        const { statusCode, body } = await confirmSignUp(jsonRequest(form))
        return { statusCode, body }
      }),
    )
    expect(answers[0]?.statusCode).toBe(400)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  test('is to be tried again if the trigger failed, and then makes up for it', async () => {
    captureLog()
    refuse('ConfirmSignUp', 'UserLambdaValidationException')
    const failed = await confirmSignUp(jsonRequest(form))
    expect(failed.statusCode).toBe(503)
    expect(failed.headers).toHaveProperty('retry-after')

    refuse('ConfirmSignUp', 'NotAuthorizedException')
    aws.answer('AdminGetUser', () => ({ body: { Username: userId, UserAttributes: attributes } }))
    await confirmSignUp(jsonRequest(form))
    expect(emittedEvents(aws)).toMatchObject([
      { name: UserConfirmed.name, data: { userId, username: userId, email, name: 'Ada Lovelace' } },
    ])
  })

  test('tells nobody again of a user who is on record', async () => {
    refuse('ConfirmSignUp', 'NotAuthorizedException')
    aws.answer('AdminGetUser', () => ({ body: { Username: userId, UserAttributes: attributes } }))
    aws.answer('GetItem', () => ({ body: { Item: { userId: { S: userId } } } }))
    await confirmSignUp(jsonRequest(form))
    expect(emittedEvents(aws)).toEqual([])
  })
})

test.each(['UserNotFoundException', 'InvalidParameterException', 'NotAuthorizedException', undefined])(
  'asking for another code is answered the same, also when Cognito says %s',
  async (error) => {
    if (error) refuse('ResendConfirmationCode', error)
    else aws.answer('ResendConfirmationCode', () => ({}))
    const { statusCode, body = '' } = await resendCode(jsonRequest({ email }))
    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({
      message: 'If this address has an account to be confirmed, a new code is on its way.',
    })
  },
)

test.each([
  ['another code', resendCode, 'ResendConfirmationCode'],
  ['a new password', forgotPassword, 'ForgotPassword'],
])('asking for %s mails somebody, and so counts each time, whatever the Idempotency-Key', async (_, ask, operation) => {
  aws.answer(operation, () => ({}))
  for (const _ of [1, 2]) await ask(jsonRequest({ email }, { 'idempotency-key': 'the same' }))
  const counted = aws.calls('UpdateItem').map((call) => UpdateItem.parse(call).ExpressionAttributeValues[':id'].S)
  expect(new Set(counted).size).toBe(2)
})

describe('a forgotten password', () => {
  test.each(['UserNotFoundException', 'InvalidParameterException', 'NotAuthorizedException'])(
    'asked for, answers when Cognito says %s as if a code were on its way',
    async (error) => {
      refuse('ForgotPassword', error)
      const refused = await forgotPassword(jsonRequest({ email }))
      aws.answer('ForgotPassword', () => ({}))
      expect(refused).toMatchObject({ statusCode: 200, body: (await forgotPassword(jsonRequest({ email }))).body })
    },
  )

  test.each([
    ['CodeMismatchException', 400, 'code'],
    ['ExpiredCodeException', 400, 'code'],
    ['UserNotFoundException', 400, 'code'],
    ['InvalidPasswordException', 400, 'password'],
  ])('set anew, is when Cognito says %s a %i about the %s', async (error, status, path) => {
    refuse('ConfirmForgotPassword', error)
    const answer = await resetPassword(jsonRequest({ email, code: '123456', password }))
    expect(answer.statusCode).toBe(status)
    expect(problemOf(answer).errors).toMatchObject([{ path }])
    expect(answer.body).not.toMatch(/ada@|Correct1/)
  })

  test('set anew, may be tried again later when it was tried too often', async () => {
    refuse('ConfirmForgotPassword', 'LimitExceededException')
    const { statusCode, headers } = await resetPassword(jsonRequest({ email, code: '123456', password }))
    expect(statusCode).toBe(429)
    expect(headers).toHaveProperty('retry-after')
  })
})

describe('logging in', () => {
  const tokens = { IdToken: 'id', AccessToken: 'access', RefreshToken: 'refresh', ExpiresIn: 3600, TokenType: 'Bearer' }

  test('answers tokens that nobody may store', async () => {
    aws.answer('InitiateAuth', () => ({ body: { AuthenticationResult: tokens } }))
    const { statusCode, headers, body = '' } = await login(jsonRequest({ email, password }))
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-store' })
    expect(JSON.parse(body)).toEqual({ idToken: 'id', accessToken: 'access', refreshToken: 'refresh', expiresIn: 3600 })
  })

  test('again with a refresh token answers no other refresh token', async () => {
    aws.answer('InitiateAuth', () => ({ body: { AuthenticationResult: tokens } }))
    const { body = '' } = await refreshLogin(jsonRequest({ refreshToken: 'refresh' }))
    expect(JSON.parse(body)).toEqual({ idToken: 'id', accessToken: 'access', expiresIn: 3600 })
  })

  test.each([
    ['NotAuthorizedException', 401],
    ['UserNotFoundException', 401],
    ['UserNotConfirmedException', 403],
    ['PasswordResetRequiredException', 403],
    ['TooManyRequestsException', 429],
    ['InternalErrorException', 503],
  ])('is, when Cognito says %s, a %i', async (error, status) => {
    const log = captureLog()
    refuse('InitiateAuth', error)
    const { statusCode, body } = await login(jsonRequest({ email, password }))
    expect(statusCode).toBe(status)
    expect(body).not.toMatch(/Exception|ada@|Correct1/)
    expect(log()).not.toMatch(/ada@example\.com|Correct1/)
  })
})
