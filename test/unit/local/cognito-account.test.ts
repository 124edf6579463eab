import {
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { EMAIL, startUserPool } from './user-pool.ts'

async function startAccount(settings: Parameters<typeof startUserPool>[0] = {}) {
  const started = await startUserPool(settings)
  await started.member()
  const { AccessToken } = await started.signIn()
  const update = (attributes: Readonly<Record<string, string>>) => {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
    return started.cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }))
  }
  return { ...started, AccessToken, update }
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html
test('people change what is theirs to change', async () => {
  const { update, whoAmI, AccessToken } = await startAccount({
    pool: { Schema: [{ Name: 'plan', Mutable: false }] },
    client: { WriteAttributes: ['name', 'email', 'custom:plan'] },
  })
  expect(await update({ name: 'Ann' })).toMatchObject({ CodeDeliveryDetailsList: [] })
  expect(await whoAmI(AccessToken)).toMatchObject({ name: 'Ann', email: EMAIL, email_verified: 'true' })
  await expect(update({ nickname: 'A' })).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  await expect(update({ 'custom:plan': 'gold' })).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await expect(update({ email: 'nobody' })).rejects.toMatchObject({ message: 'Invalid email address format.' })
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html
test('a new address is verified with a code that is mailed to it', async () => {
  const { update, whoAmI, AccessToken, cognito, code, signIn, signUp } = await startAccount()
  await signUp('bob@example.com')
  await expect(update({ email: 'Bob@example.com' })).rejects.toMatchObject({
    name: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  const email = 'ann@new.example'
  const { CodeDeliveryDetailsList } = await update({ email })
  expect(CodeDeliveryDetailsList).toMatchObject([{ Destination: 'a***@n***' }])
  expect(await whoAmI(AccessToken)).toMatchObject({ email, email_verified: 'false' })
  const AttributeName = 'email'
  await cognito.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }))
  await cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code: code(email) }))
  expect(await whoAmI(AccessToken)).toMatchObject({ email, email_verified: 'true' })
  await signIn(email)
  await expect(signIn(EMAIL)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
})

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserAttributeUpdateSettingsType.html
test('a pool may keep an address until the new one is verified', async () => {
  const { update, whoAmI, AccessToken, cognito, code, signIn } = await startAccount({
    pool: { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
  })
  const email = 'ann@new.example'
  expect(await update({ email, name: 'Ann' })).toMatchObject({
    CodeDeliveryDetailsList: [{ Destination: 'a***@n***' }],
  })
  expect(await whoAmI(AccessToken)).toMatchObject({ email: EMAIL, email_verified: 'true', name: 'Ann' })
  await signIn(EMAIL)
  const verify = { AccessToken, AttributeName: 'email', Code: code(email) }
  await cognito.send(new VerifyUserAttributeCommand(verify))
  expect(await whoAmI(AccessToken)).toMatchObject({ email, email_verified: 'true' })
  await signIn(email)
})

test('people delete their account, and nothing of it is left', async () => {
  const { cognito, AccessToken, whoAmI, signUp, context } = await startAccount()
  await cognito.send(new DeleteUserCommand({ AccessToken }))
  await expect(whoAmI(AccessToken)).rejects.toMatchObject({ name: 'UserNotFoundException' })
  for (const table of ['users', 'logins', 'codes', 'new_addresses', 'sessions'])
    expect(context.database.prepare(`SELECT * FROM cognito_${table}`).all()).toEqual([])
  await signUp()
})
