import {
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { EMAIL, movableClock, PASSWORD, startUserPool } from './user-pool.ts'

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/

const wrongPassword = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
describe('signing in with a password', () => {
  test('gives tokens, by the address in any case or by the username', async () => {
    const { member, signIn } = await startUserPool()
    const sub = await member()
    for (const name of [EMAIL, 'Ann@Example.COM', sub]) {
      const { IdToken, ExpiresIn, TokenType, ChallengeName } = await signIn(name)
      expect({ ExpiresIn, TokenType, ChallengeName }).toEqual({
        ExpiresIn: 3600,
        TokenType: 'Bearer',
        ChallengeName: undefined,
      })
      expect(decodeJwt(IdToken).sub).toBe(sub)
    }
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
  test('answers the same to a wrong password and to somebody who is not there', async () => {
    const { member, signIn } = await startUserPool()
    await member()
    await expect(signIn(EMAIL, 'Wrong-Horse-1')).rejects.toMatchObject(wrongPassword)
    await expect(signIn('eve@example.com')).rejects.toMatchObject(wrongPassword)
  })

  test('tells who is not there where the client may know', async () => {
    const { signIn } = await startUserPool({ client: { PreventUserExistenceErrors: 'LEGACY' } })
    await expect(signIn()).rejects.toMatchObject({ name: 'UserNotFoundException', message: 'User does not exist.' })
  })

  test('tells only who knows the password that the user is not confirmed', async () => {
    const { signUp, signIn } = await startUserPool()
    await signUp()
    await expect(signIn(EMAIL, 'Wrong-Horse-1')).rejects.toMatchObject(wrongPassword)
    await expect(signIn()).rejects.toMatchObject({
      name: 'UserNotConfirmedException',
      message: 'User is not confirmed.',
    })
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow-things-to-know.html
  test('makes whoever guesses wait, from the fifth wrong password on twice as long each time', async () => {
    const clock = movableClock()
    const { member, signIn } = await startUserPool({ now: clock.now })
    await member()
    const guess = () => signIn(EMAIL, 'Wrong-Horse-1')
    for (let n = 1; n <= 5; n++) await expect(guess()).rejects.toMatchObject(wrongPassword)
    const locked = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' }
    await expect(signIn()).rejects.toMatchObject(locked)
    clock.pass({ seconds: 1 })
    await expect(guess()).rejects.toMatchObject(wrongPassword)
    clock.pass({ seconds: 1 })
    await expect(signIn()).rejects.toMatchObject(locked)
    clock.pass({ seconds: 1 })
    await signIn()
    await expect(guess()).rejects.toMatchObject(wrongPassword)
    await signIn()
  })

  test.each([
    [{ AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: EMAIL } }, 'Missing required parameter PASSWORD'],
    [{ AuthFlow: 'REFRESH_TOKEN_AUTH' }, 'Missing required parameter REFRESH_TOKEN'],
    [
      { AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: EMAIL, SRP_A: 'ab' } },
      'USER_SRP_AUTH is not supported locally: sign in with USER_PASSWORD_AUTH',
    ],
  ] as const)('refuses %j', async (request, message) => {
    const { cognito, ClientId } = await startUserPool()
    await expect(cognito.send(new InitiateAuthCommand({ ClientId, ...request }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    })
  })

  test('refuses a flow that the client does not allow, and a client that is none', async () => {
    const { signIn, cognito } = await startUserPool({ client: { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] } })
    await expect(signIn()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'USER_PASSWORD_AUTH flow not enabled for this client',
    })
    const AuthFlow = 'USER_PASSWORD_AUTH'
    await expect(cognito.send(new InitiateAuthCommand({ ClientId: 'nobody', AuthFlow }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'User pool client nobody does not exist.',
    })
  })

  // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
  test('asks for a new password after a temporary one', async () => {
    const { member, signIn, cognito, ClientId, UserPoolId } = await startUserPool()
    await member()
    await cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: EMAIL, Password: 'Temporary-1', Permanent: false }),
    )
    const { ChallengeName = 'SMS_MFA', Session, AccessToken } = await signIn(EMAIL, 'Temporary-1')
    expect({ ChallengeName, AccessToken }).toEqual({ ChallengeName: 'NEW_PASSWORD_REQUIRED', AccessToken: '' })
    const answer = (NEW_PASSWORD: string) => {
      const ChallengeResponses = { USERNAME: EMAIL, NEW_PASSWORD }
      return cognito.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName, ChallengeResponses, Session }))
    }
    await expect(answer('weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    expect((await answer('Lasting-Pass-1')).AuthenticationResult?.IdToken).toMatch(JWT)
    await signIn(EMAIL, 'Lasting-Pass-1')
    await expect(answer('Another-Pass-1')).rejects.toMatchObject({ message: 'Invalid session for the user.' })
  })

  test('is for administrators as well', async () => {
    const { member, cognito, ClientId, UserPoolId } = await startUserPool()
    await member()
    const AuthParameters = { USERNAME: EMAIL, PASSWORD }
    const AuthFlow = 'ADMIN_USER_PASSWORD_AUTH'
    const request = { UserPoolId, ClientId, AuthFlow, AuthParameters } as const
    expect((await cognito.send(new AdminInitiateAuthCommand(request))).AuthenticationResult?.AccessToken).toMatch(JWT)
    await expect(cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })
})

// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
describe('tokens', () => {
  test("have Cognito's claims, and are verified with the keys that the pool publishes", async () => {
    const clock = movableClock(Math.floor(Date.now() / 1000) * 1000)
    const client = {
      AccessTokenValidity: 5,
      IdTokenValidity: 10,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
    }
    const { member, signIn, endpoint, UserPoolId, ClientId } = await startUserPool({ client, now: clock.now })
    const sub = await member(EMAIL, { name: 'Ann' })
    const { AccessToken, IdToken, ExpiresIn } = await signIn()
    expect(ExpiresIn).toBe(300)

    const keys = createRemoteJWKSet(new URL(`${endpoint}/${UserPoolId}/.well-known/jwks.json`))
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`
    const id = (await jwtVerify(IdToken, keys, { issuer, audience: ClientId })).payload
    const access = (await jwtVerify(AccessToken, keys, { issuer })).payload
    const seconds = clock.now() / 1000
    const common = {
      iss: issuer,
      sub,
      origin_jti: expect.stringMatching(/^[\da-f-]{36}$/),
      event_id: expect.stringMatching(/^[\da-f-]{36}$/),
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      auth_time: seconds,
      iat: seconds,
    }
    expect(id).toEqual({
      ...common,
      aud: ClientId,
      token_use: 'id',
      exp: seconds + 600,
      'cognito:username': sub,
      email: EMAIL,
      email_verified: true,
      name: 'Ann',
    })
    expect(access).toEqual({
      ...common,
      client_id: ClientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      exp: seconds + 300,
      username: sub,
    })
    expect(decodeProtectedHeader(IdToken)).toEqual({ alg: 'RS256', kid: expect.any(String) })
  })

  test('show of a user what the client may read', async () => {
    const { member, signIn, whoAmI } = await startUserPool({ client: { ReadAttributes: ['email'] } })
    const sub = await member(EMAIL, { name: 'Ann' })
    const { AccessToken, IdToken } = await signIn()
    expect(await whoAmI(AccessToken)).toEqual({ sub, email: EMAIL })
    expect(decodeJwt(IdToken)).not.toHaveProperty('name')
  })

  test('are asked for, current and of this pool', async () => {
    const clock = movableClock()
    const { member, signIn, whoAmI } = await startUserPool({ now: clock.now })
    await member()
    const { AccessToken, IdToken } = await signIn()
    const refused = (message: string) => ({ name: 'NotAuthorizedException', message })
    const forged = await new SignJWT(decodeJwt(AccessToken)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32))
    for (const token of [IdToken, forged, `${AccessToken}x`, 'x'])
      await expect(whoAmI(token)).rejects.toMatchObject(refused('Invalid Access Token'))
    clock.pass({ hours: 1, seconds: 1 })
    await expect(whoAmI(AccessToken)).rejects.toMatchObject(refused('Access Token has expired'))
  })
})

// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
describe('refreshing', () => {
  test('gives new tokens of the same sign-in, and no other refresh token', async () => {
    const clock = movableClock()
    const { member, signIn, refresh } = await startUserPool({ now: clock.now })
    await member()
    const first = await signIn()
    clock.pass({ days: 29 })
    const second = await refresh(first.RefreshToken)
    expect(second).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' })
    expect(second.RefreshToken).toBeUndefined()
    const [before, after] = [first.IdToken, second.IdToken ?? ''].map((token) => decodeJwt(token))
    expect(after).toMatchObject({
      origin_jti: before?.origin_jti,
      auth_time: before?.auth_time,
      iat: clock.now() / 1000,
    })
    clock.pass({ days: 1 })
    await expect(refresh(first.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has expired',
    })
  })

  test('is refused for a token that is none, of nobody or tampered with', async () => {
    const { member, signIn, refresh } = await startUserPool()
    await member()
    const { RefreshToken } = await signIn()
    for (const token of ['x', `${RefreshToken}x`, RefreshToken.replace(/^\w/, 'x')]) {
      await expect(refresh(token)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Invalid Refresh Token.',
      })
    }
  })

  // https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
  test('ends with the session: one that is revoked, all when signing out, and when disabled', async () => {
    const { member, signIn, refresh, cognito, ClientId, UserPoolId } = await startUserPool()
    await member()
    const isEnded = async ({ AccessToken, RefreshToken }: { AccessToken: string; RefreshToken: string }) => {
      const revoked = (kind: string) => ({ name: 'NotAuthorizedException', message: `${kind} Token has been revoked` })
      await expect(refresh(RefreshToken)).rejects.toMatchObject(revoked('Refresh'))
      await expect(cognito.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject(revoked('Access'))
    }
    const [one, other] = [await signIn(), await signIn()]
    await cognito.send(new RevokeTokenCommand({ ClientId, Token: one.RefreshToken }))
    await isEnded(one)
    await refresh(other.RefreshToken)
    await cognito.send(new GlobalSignOutCommand({ AccessToken: other.AccessToken }))
    await isEnded(other)
    const last = await signIn()
    await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: EMAIL }))
    await isEnded(last)
    await expect(signIn()).rejects.toMatchObject({ name: 'NotAuthorizedException', message: 'User is disabled.' })
  })
})
