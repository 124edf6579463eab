import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from 'vitest'
import { EMAIL, movableClock, startUserPool } from './user-pool.ts'

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
describe('AdminCreateUser', () => {
  test('mails a temporary password, which is good for as long as the policy says', async () => {
    const clock = movableClock()
    const { cognito, UserPoolId, ses, signIn } = await startUserPool({ now: clock.now })
    const { User } = await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: EMAIL }))
    expect(User).toMatchObject({
      UserStatus: 'FORCE_CHANGE_PASSWORD',
      Enabled: true,
      UserCreateDate: new Date(clock.now()),
    })
    const [mail] = ses.emails()
    expect(mail).toMatchObject({ to: [EMAIL], subject: 'Your temporary password' })
    const password = /temporary password is (.{12})\.$/.exec(mail?.text ?? '')?.[1]
    clock.pass({ days: 6 })
    expect(await signIn(EMAIL, password)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' })
    clock.pass({ days: 2 })
    await expect(signIn(EMAIL, password)).rejects.toMatchObject({
      message: 'Temporary password has expired and must be reset by an administrator.',
    })
    await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: EMAIL, MessageAction: 'RESEND' }))
    const [again] = ses.emails()
    const next = /temporary password is (.{12})\.$/.exec(again?.text ?? '')?.[1]
    expect(await signIn(EMAIL, next)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' })
  })

  test('mails nothing when told so, and refuses who is there', async () => {
    const { cognito, UserPoolId, ses } = await startUserPool()
    const create = () =>
      cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: EMAIL, MessageAction: 'SUPPRESS' }))
    await create()
    expect(ses.emails()).toEqual([])
    await expect(create()).rejects.toMatchObject({ name: 'UsernameExistsException' })
  })
})

test('an administrator confirms, disables, enables, changes and deletes', async () => {
  const { cognito, UserPoolId, signUp, signIn, whoAmI } = await startUserPool()
  const user = { UserPoolId, Username: EMAIL }
  await signUp()
  await cognito.send(new AdminConfirmSignUpCommand(user))
  await expect(cognito.send(new AdminConfirmSignUpCommand(user))).rejects.toMatchObject({
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  })
  const { AccessToken } = await signIn()
  // Nobody has shown a code: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
  expect(await whoAmI(AccessToken)).toMatchObject({ email_verified: 'false' })
  await cognito.send(
    new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [{ Name: 'email_verified', Value: 'true' }] }),
  )
  expect(await whoAmI(AccessToken)).toMatchObject({ email_verified: 'true' })
  await cognito.send(new AdminUserGlobalSignOutCommand(user))
  await expect(whoAmI(AccessToken)).rejects.toMatchObject({ message: 'Access Token has been revoked' })
  await cognito.send(new AdminDisableUserCommand(user))
  await expect(signIn()).rejects.toMatchObject({ message: 'User is disabled.' })
  await cognito.send(new AdminEnableUserCommand(user))
  await signIn()
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: 'Another-Horse-2', Permanent: true }))
  await signIn(EMAIL, 'Another-Horse-2')
  await cognito.send(new AdminDeleteUserCommand(user))
  await expect(cognito.send(new AdminGetUserCommand(user))).rejects.toMatchObject({
    name: 'UserNotFoundException',
    message: 'User does not exist.',
  })
  await signUp()
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
describe('ListUsers', () => {
  test('finds by attribute, status and beginning, a page at a time', async () => {
    const { cognito, UserPoolId, signUp, member } = await startUserPool()
    const sub = await member('ann@example.com', { name: 'Ann "A"' })
    await signUp('bob@example.com')
    await signUp('annika@example.com')
    const find = async (Filter?: string) => {
      const { Users = [] } = await cognito.send(
        new ListUsersCommand({ UserPoolId, Filter, AttributesToGet: ['email'] }),
      )
      return Users.flatMap(({ Attributes = [] }) => Attributes.map(({ Value }) => Value)).sort()
    }
    expect(await find()).toEqual(['ann@example.com', 'annika@example.com', 'bob@example.com'])
    expect(await find('email = "ann@example.com"')).toEqual(['ann@example.com'])
    expect(await find('email ^= "ann"')).toEqual(['ann@example.com', 'annika@example.com'])
    expect(await find(`sub = "${sub}"`)).toEqual(['ann@example.com'])
    expect(await find('name="Ann \\"A\\""')).toEqual(['ann@example.com'])
    expect(await find('cognito:user_status = "UNCONFIRMED"')).toEqual(['annika@example.com', 'bob@example.com'])
    expect(await find('status = "Disabled"')).toEqual([])
    await expect(find('email like "ann"')).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await expect(find('address = "x"')).rejects.toMatchObject({ name: 'InvalidParameterException' })

    const seen: (string | undefined)[] = []
    let PaginationToken: string | undefined
    do {
      const page = await cognito.send(new ListUsersCommand({ UserPoolId, Limit: 2, PaginationToken }))
      seen.push(...(page.Users ?? []).map(({ Username }) => Username))
      PaginationToken = page.PaginationToken
    } while (PaginationToken)
    expect(new Set(seen).size).toBe(3)
  })
})

test('pools and clients are described and listed', async () => {
  const { cognito, UserPoolId, ClientId, signUp } = await startUserPool({
    pool: { UserPoolName: 'people' },
    client: { ClientName: 'web' },
  })
  await signUp()
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }))
  expect(UserPool).toMatchObject({
    Id: UserPoolId,
    Name: 'people',
    Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`,
    UsernameAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 8, RequireSymbols: true } },
    EstimatedNumberOfUsers: 1,
    CreationDate: expect.any(Date),
  })
  expect(UserPool?.SchemaAttributes).toContainEqual(expect.objectContaining({ Name: 'email', Mutable: true }))
  const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))
  expect(UserPoolClient).toMatchObject({ ClientId, UserPoolId, ClientName: 'web', RefreshTokenValidity: 30 })
  const { UserPools } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 10 }))
  expect(UserPools).toEqual([expect.objectContaining({ Id: UserPoolId, Name: 'people' })])
  const { UserPoolClients } = await cognito.send(new ListUserPoolClientsCommand({ UserPoolId }))
  expect(UserPoolClients).toEqual([{ ClientId, ClientName: 'web', UserPoolId }])
  await expect(cognito.send(new DescribeUserPoolCommand({ UserPoolId: 'us-east-1_nothing00' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_nothing00 does not exist.',
  })
})
