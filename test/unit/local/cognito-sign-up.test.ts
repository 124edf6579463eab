import {
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  ResendConfirmationCodeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from 'vitest'
import { EMAIL, movableClock, PASSWORD, startUserPool } from './user-pool.ts'

const resend = (cognito: CognitoIdentityProviderClient, ClientId: string, Username = EMAIL) =>
  cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username }))

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
describe('SignUp', () => {
  test('makes a user who is not confirmed, and mails a code of six digits', async () => {
    const { signUp, ses, cognito, UserPoolId } = await startUserPool()
    const { UserSub, UserConfirmed, CodeDeliveryDetails } = await signUp(EMAIL, PASSWORD, { name: 'Ann' })
    expect(UserConfirmed).toBe(false)
    expect(UserSub).toMatch(/^[\da-f-]{36}$/)
    expect(CodeDeliveryDetails).toEqual({
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'a***@e***',
    })
    expect(ses.emails()).toEqual([
      expect.objectContaining({
        to: [EMAIL],
        from: 'no-reply@verificationemail.com',
        subject: 'Your verification code',
        html: expect.stringMatching(/^Your confirmation code is \d{6}$/),
      }),
    ])
    const user = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: EMAIL }))
    expect(user).toMatchObject({ Username: UserSub, UserStatus: 'UNCONFIRMED', Enabled: true })
    expect(Object.fromEntries(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]) ?? [])).toEqual({
      sub: UserSub,
      email: EMAIL,
      email_verified: 'false',
      name: 'Ann',
    })
  })

  test("mails the pool's own message from its own sender, with what a person typed escaped", async () => {
    const { signUp, ses } = await startUserPool({
      pool: {
        UsernameAttributes: [],
        EmailConfiguration: { From: 'Ensemble <hi@example.com>', SourceArn: 'arn:aws:ses:us-east-1:0:identity/x' },
        VerificationMessageTemplate: {
          DefaultEmailOption: 'CONFIRM_WITH_CODE',
          EmailSubject: 'Welcome',
          EmailMessage: '<b>{username}</b><br>{####}',
        },
      },
    })
    await signUp('<i>&', PASSWORD, { email: EMAIL })
    const [mail] = ses.emails()
    expect(mail).toMatchObject({ from: 'Ensemble <hi@example.com>', subject: 'Welcome' })
    expect(mail?.html).toMatch(/^<b>&lt;i&gt;&amp;<\/b><br>\d{6}$/)
    expect(mail?.text).toMatch(/^<i>&\n\d{6}$/)
  })

  test('refuses an address that has an account, whatever its case', async () => {
    const { signUp } = await startUserPool()
    await signUp()
    await expect(signUp('ANN@Example.com')).rejects.toMatchObject({
      name: 'UsernameExistsException',
      message: 'An account with the given email already exists.',
    })
  })

  test('of two at once gives the account to one', async () => {
    const { signUp, ses } = await startUserPool()
    const outcomes = await Promise.allSettled([signUp(), signUp()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(ses.emails()).toHaveLength(1)
  })

  test('tells addresses apart by case where the pool does', async () => {
    const { signUp } = await startUserPool({ pool: { UsernameConfiguration: { CaseSensitive: true } } })
    await signUp()
    await expect(signUp('Ann@example.com')).resolves.toMatchObject({ UserConfirmed: false })
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
  test.each([
    ['Aa1-', 'Password not long enough'],
    ['correct-horse-1', 'Password must have uppercase characters'],
    ['CORRECT-HORSE-1', 'Password must have lowercase characters'],
    ['Correct-Horse', 'Password must have numeric characters'],
    ['CorrectHorse1', 'Password must have symbol characters'],
  ])('refuses the password %s', async (password, problem) => {
    const { signUp } = await startUserPool()
    await expect(signUp(EMAIL, password)).rejects.toMatchObject({
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${problem}`,
    })
  })

  test('asks of a password only what the policy asks', async () => {
    const { signUp } = await startUserPool({ pool: { Policies: { PasswordPolicy: { MinimumLength: 10 } } } })
    await expect(signUp(EMAIL, 'aaaaaaaaa')).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    await expect(signUp(EMAIL, 'aaaaaaaaaa')).resolves.toMatchObject({ UserConfirmed: false })
  })

  test('refuses attributes that do not fit the schema, and those that are not for clients', async () => {
    const { signUp } = await startUserPool({
      pool: {
        Schema: [
          { Name: 'name', Required: true, Mutable: true },
          { Name: 'plan', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '4' } },
          { Name: 'age', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '18' } },
        ],
      },
    })
    const refused = (attributes: Record<string, string>) =>
      signUp(EMAIL, PASSWORD, attributes).then(
        () => undefined,
        ({ name, message }: Error) => `${name}: ${message}`,
      )
    const schema = 'InvalidParameterException: Attributes did not conform to the schema:'
    expect(await refused({})).toBe(`${schema} name: The attribute is required\n`)
    expect(await refused({ name: 'Ann', nick: 'A' })).toBe(`${schema} nick: Attribute does not exist in the schema.\n`)
    expect(await refused({ name: 'Ann', 'custom:plan': 'premium' })).toContain('at most 4 characters')
    expect(await refused({ name: 'Ann', 'custom:age': '17' })).toContain('custom:age: Number must be')
    expect(await refused({ name: 'Ann', email_verified: 'true' })).toBe(
      'NotAuthorizedException: A client attempted to write unauthorized attribute',
    )
    expect(await refused({ name: 'Ann', 'custom:plan': 'free', 'custom:age': '18' })).toBeUndefined()
  })

  test.each([
    [{}, 'ann', 'InvalidParameterException', 'Username should be an email.'],
    [
      { UsernameAttributes: [], AliasAttributes: ['email'] },
      EMAIL,
      'InvalidParameterException',
      'Username cannot be of email format, since user pool is configured for email alias.',
    ],
    [
      { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
      EMAIL,
      'NotAuthorizedException',
      'SignUp is not permitted for this user pool',
    ],
  ])('in a pool with %j refuses %s', async (pool, username, name, message) => {
    const { signUp } = await startUserPool({ pool })
    await expect(signUp(username)).rejects.toMatchObject({ name, message })
  })
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
describe('ConfirmSignUp', () => {
  test('confirms the user and verifies the address, once', async () => {
    const { signUp, confirm, code, signIn, whoAmI } = await startUserPool()
    const { UserSub } = await signUp()
    await confirm(code(), 'ANN@example.com')
    const { AccessToken } = await signIn()
    expect(await whoAmI(AccessToken)).toEqual({ sub: UserSub, email: EMAIL, email_verified: 'true' })
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    })
  })

  test('refuses a wrong code, and an old one after a day', async () => {
    const clock = movableClock()
    const { signUp, confirm, code } = await startUserPool({ now: clock.now })
    await signUp()
    const wrong = code() === '000000' ? '000001' : '000000'
    await expect(confirm(wrong)).rejects.toMatchObject({
      name: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    })
    clock.pass({ hours: 24 })
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'ExpiredCodeException',
      message: 'Invalid code provided, please request a code again.',
    })
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
  test('does not tell who exists, unless the client may know', async () => {
    const hiding = await startUserPool()
    await expect(hiding.confirm('123456')).rejects.toMatchObject({ name: 'ExpiredCodeException' })
    const telling = await startUserPool({ client: { PreventUserExistenceErrors: 'LEGACY' } })
    await expect(telling.confirm('123456')).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'Username/client id combination not found.',
    })
  })

  test('stops whoever guesses, for an hour', async () => {
    const clock = movableClock()
    const { signUp, confirm, code } = await startUserPool({ now: clock.now })
    await signUp()
    for (let guess = 0; guess < 15; guess++) await expect(confirm('guess')).rejects.toMatchObject({})
    await expect(confirm(code())).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Attempt limit exceeded, please try after some time.',
    })
    clock.pass({ hours: 1 })
    await confirm(code())
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
  test('makes the address an alias, which only one user has', async () => {
    const { signUp, confirm, code, signIn } = await startUserPool({
      pool: { UsernameAttributes: [], AliasAttributes: ['email'] },
    })
    for (const name of ['ann', 'anna']) {
      await signUp(name, PASSWORD, { email: EMAIL })
      const refused = confirm(code(), name)
      if (name === 'ann') await refused
      else await expect(refused).rejects.toMatchObject({ name: 'AliasExistsException' })
    }
    await signIn(EMAIL)
    await confirm(code(), 'anna', { ForceAliasCreation: true })
    await signIn('ann')
    await signIn('anna')
  })
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
describe('ResendConfirmationCode', () => {
  test('mails a new code, and the one before is good no longer', async () => {
    const { signUp, confirm, code, cognito, ClientId, ses } = await startUserPool()
    await signUp()
    const first = code()
    // One in a million is the same code again.
    while (code() === first)
      expect((await resend(cognito, ClientId)).CodeDeliveryDetails?.Destination).toBe('a***@e***')
    expect(ses.emails().length).toBeGreaterThan(1)
    await expect(confirm(first)).rejects.toMatchObject({ name: 'CodeMismatchException' })
    await confirm(code())
    await expect(resend(cognito, ClientId)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'User is already confirmed.',
    })
  })

  test('seems to mail a code to somebody who is not there', async () => {
    const { cognito, ClientId, ses } = await startUserPool()
    expect((await resend(cognito, ClientId, 'eve@example.com')).CodeDeliveryDetails?.Destination).toBe('e***@e***')
    expect(ses.emails()).toEqual([])
  })
})
