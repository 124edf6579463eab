import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { startApi } from './http-api.ts'

const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc'
const echo = { 'GET /me': (event: unknown) => event, 'GET /open': () => 'open' }
const unauthorized = { status: 401, body: { message: 'Unauthorized' } }

let own: CryptoKeyPair
let keys: ReturnType<typeof createLocalJWKSet>
beforeAll(async () => {
  own = await generateKeyPair('RS256')
  keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256' }] })
})

const idClaims = { iss: issuer, aud: 'web', token_use: 'id', sub: 'ann' }
const signed = (claims: JWTPayload, key: CryptoKey | Uint8Array = own.privateKey, header = {}) =>
  new SignJWT({ exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'own', ...header })
    .sign(key)

async function start({ scopes = [], source = '$request.header.Authorization', cors = {} }: Settings = {}) {
  const { get } = await startApi(echo, {
    ...cors,
    keysOf: (wanted) => (wanted === issuer ? keys : undefined),
    authorizer: { IdentitySource: [source], JwtConfiguration: { Audience: ['web', 'app'], Issuer: issuer } },
    authorized: { 'GET /me': scopes },
  })
  return {
    get,
    call: async (authorization?: string, path = '/me') => {
      const response = await get(path, authorization === undefined ? {} : { headers: { authorization } })
      const challenge = response.headers.get('www-authenticate')
      return { status: response.status, body: await response.json(), challenge }
    },
  }
}
interface Settings {
  readonly scopes?: readonly string[]
  readonly source?: string
  readonly cors?: object
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
describe('a JWT authorizer', () => {
  test('lets a good token pass, and tells the function its claims as text', async () => {
    const { call } = await start()
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      ...idClaims,
      iat: now,
      exp: now + 60,
      email_verified: true,
      'cognito:groups': ['a', 'b'],
      deep: { x: 1 },
    }
    for (const scheme of ['Bearer ', 'bearer ', '']) {
      const { status, body } = await call(scheme + (await signed(claims)))
      expect(status).toBe(200)
      expect(body).toMatchObject({
        requestContext: {
          authorizer: {
            jwt: {
              scopes: null,
              claims: {
                ...idClaims,
                iat: String(now),
                exp: String(now + 60),
                email_verified: 'true',
                'cognito:groups': '[a b]',
                deep: '{"x":1}',
              },
            },
          },
        },
      })
    }
  })

  test('takes the client id where there is no audience, as in access tokens', async () => {
    const { call } = await start()
    const access = { iss: issuer, sub: 'ann' }
    expect(await call(await signed({ ...access, client_id: 'app' }))).toMatchObject({ status: 200 })
    expect(await call(await signed({ ...access, client_id: 'other' }))).toMatchObject(unauthorized)
    expect(await call(await signed({ ...access, client_id: 'app', aud: 'other' }))).toMatchObject(unauthorized)
    expect(await call(await signed({ ...access, aud: ['other', 'web'] }))).toMatchObject({ status: 200 })
  })

  test('refuses what is missing, expired, not yet, foreign or forged, and says why', async () => {
    const { call } = await start()
    const seconds = Math.floor(Date.now() / 1000)
    const foreign = await generateKeyPair('RS256')
    const good = await signed(idClaims)
    const parts = good.split('.')
    const endless = await new SignJWT(idClaims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(own.privateKey)
    const none = `${Buffer.from('{"alg":"none","kid":"own"}').toString('base64url')}.${parts[1]}.`
    const isRefused = async (authorization: string | undefined, challenge: string) =>
      expect(await call(authorization)).toEqual({ ...unauthorized, challenge })
    const invalid = (why: string) => `Bearer scope="" error="invalid_token" error_description="${why}"`
    const malformed = invalid('the token is malformed or not signed by its issuer')

    await isRefused(undefined, 'Bearer')
    await isRefused('Bearer ', 'Bearer')
    await isRefused('Bearer x', malformed)
    await isRefused(`Basic ${good}`, malformed)
    await isRefused(`Bearer ${none}`, malformed)
    await isRefused(
      `Bearer ${parts[0]}.${parts[1]}.${parts[2]?.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      malformed,
    )
    await isRefused(`Bearer ${await signed(idClaims, foreign.privateKey)}`, malformed)
    await isRefused(`Bearer ${await signed(idClaims, own.privateKey, { kid: 'unknown' })}`, malformed)
    await isRefused(`Bearer ${await signed(idClaims, new Uint8Array(32), { alg: 'HS256' })}`, malformed)
    await isRefused(`Bearer ${endless}`, invalid('the token does not have a valid exp claim'))
    const claims: readonly [JWTPayload, string][] = [
      [{ exp: seconds - 1 }, 'the token has expired'],
      [{ nbf: seconds + 60 }, 'the token does not have a valid nbf claim'],
      [{ iat: seconds + 60 }, 'the token is used before it was issued'],
      [{ iss: `${issuer}d` }, 'the token does not have a valid iss claim'],
      [{ aud: 'else' }, 'the token does not have a valid audience'],
    ]
    for (const [wrong, why] of claims)
      await isRefused(`Bearer ${await signed({ ...idClaims, ...wrong })}`, invalid(why))
  })

  test("wants one of the route's scopes", async () => {
    const { call } = await start({ scopes: ['things/read', 'things/write'] })
    expect(await call(await signed({ ...idClaims, scope: 'openid things/write' }))).toMatchObject({
      status: 200,
      body: { requestContext: { authorizer: { jwt: { scopes: ['things/write'] } } } },
    })
    expect(await call(await signed({ ...idClaims, scp: ['things/read'] }))).toMatchObject({ status: 200 })
    expect(await call(await signed({ ...idClaims, scope: 'openid' }))).toEqual({
      status: 403,
      body: { message: 'Forbidden' },
      challenge:
        'Bearer scope="things/read things/write" error="insufficient_scope" error_description="the token does not have any of the required scopes"',
    })
  })

  test('reads the token where it is told to', async () => {
    const { call } = await start({ source: '$request.querystring.token' })
    expect(await call(undefined, `/me?token=${await signed(idClaims)}`)).toMatchObject({ status: 200 })
    expect(await call(await signed(idClaims))).toMatchObject(unauthorized)
  })

  test('guards its own routes, and no preflight', async () => {
    const cors = { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], AllowHeaders: ['authorization'] }
    const { call, get } = await start({ cors: { cors } })
    expect((await get('/open')).status).toBe(200)
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
    expect((await get('/me', { method: 'OPTIONS', headers: preflight })).status).toBe(204)
    const refused = await get('/me', { headers: { origin: 'https://a.example' } })
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(await call()).toMatchObject(unauthorized)
  })
})

test('an issuer that is no user pool of the app is refused by name', async () => {
  const JwtConfiguration = { Audience: ['web'], Issuer: 'https://idp.example' }
  const authorizer = { IdentitySource: ['$request.header.Authorization'], JwtConfiguration }
  await expect(startApi(echo, { authorizer })).rejects.toThrow(
    'AWS::ApiGatewayV2::Authorizer issuer https://idp.example is not supported locally: it must be a user pool of this app',
  )
})
