import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCognito } from '../../../infra/local/engines/cognito.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'
import { EMAIL, emailPool, PASSWORD, startUserPool } from './user-pool.ts'

const engineOf = () =>
  createCognito(cloudContext(), {
    sendMail: () => '',
    invoke: () => Promise.reject(new Error('There is no trigger')),
  })

describe('a pool', () => {
  test('has an id, an ARN and an issuer that are the same at every start, and its users and keys', async () => {
    const stateDir = temporaryFolder()
    const first = await startUserPool({ stateDir })
    expect(first.UserPoolId).toMatch(/^us-east-1_[\da-f]{9}$/)
    expect(first.ClientId).toMatch(/^[\da-z]{26}$/)
    const name = `cognito-idp.us-east-1.amazonaws.com/${first.UserPoolId}`
    expect(first.attributes).toEqual({
      UserPoolId: first.UserPoolId,
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${first.UserPoolId}`,
      ProviderName: name,
      ProviderURL: `https://${name}`,
    })
    const sub = await first.member()
    const { AccessToken, RefreshToken } = await first.signIn()

    const second = await startUserPool({ stateDir })
    expect(second).toMatchObject({ UserPoolId: first.UserPoolId, ClientId: first.ClientId })
    expect(await second.whoAmI(AccessToken)).toMatchObject({ sub })
    const { IdToken = '' } = await second.refresh(RefreshToken)
    expect(decodeProtectedHeader(IdToken).kid).toBe(decodeProtectedHeader(AccessToken).kid)
  })

  test('has keys of its own in every state folder', async () => {
    const pools = [await startUserPool(), await startUserPool()] as const
    await pools[0].member()
    const { AccessToken } = await pools[0].signIn()
    await expect(pools[1].whoAmI(AccessToken)).rejects.toMatchObject({ message: 'Invalid Access Token' })
  })

  test('publishes its keys and knows what it issues, without a signature', async () => {
    const { endpoint, UserPoolId, engine } = await startUserPool()
    const get = async (path: string) => {
      const response = await fetch(`${endpoint}/${path}`)
      return { status: response.status, body: await response.json() }
    }
    expect(await get(`${UserPoolId}/.well-known/jwks.json`)).toEqual({
      status: 200,
      body: {
        keys: [{ alg: 'RS256', e: 'AQAB', kid: expect.any(String), kty: 'RSA', n: expect.any(String), use: 'sig' }],
      },
    })
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`
    expect(await get(`${UserPoolId}/.well-known/openid-configuration`)).toMatchObject({ body: { issuer } })
    expect(await get('us-east-1_nothing00/.well-known/jwks.json')).toMatchObject({ status: 404 })
    expect(engine.keysOf(issuer)).toBeTypeOf('function')
    expect(engine.keysOf(`${issuer}0`)).toBeUndefined()
  })

  test.each([
    [{ LambdaConfig: { PreSignUp: 'arn' } }, /PreSignUp/],
    [{ MfaConfiguration: 'ON' }, /MfaConfiguration/],
    [{ UsernameAttributes: ['phone_number'] }, /only e-mail addresses/],
    [{ SmsConfiguration: {} }, /SmsConfiguration/],
    [{ VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } }, /not links/],
    [{ Policies: { PasswordPolicy: { PasswordHistorySize: 3 } } }, /earlier passwords are not kept/],
  ])('with %j is refused', async (properties, problem) => {
    await expect(provision(engineOf(), 'AWS::Cognito::UserPool', { ...emailPool, ...properties })).rejects.toThrow(
      problem,
    )
  })

  test('has no clients with secrets, and says that its hosted pages are not here', async () => {
    const { engine, UserPoolId, warnings } = await startUserPool()
    await expect(
      provision(engine, 'AWS::Cognito::UserPoolClient', { UserPoolId, GenerateSecret: true }),
    ).rejects.toThrow('clients have no secrets')
    const domain = await provision(engine, 'AWS::Cognito::UserPoolDomain', { UserPoolId, Domain: 'people' })
    expect(domain.ref).toBe('people')
    expect(warnings).toEqual([
      'The hosted sign-in pages of people are not served locally: people sign in through the API',
    ])
  })
})

test('what no operation does is refused by name, and so is a request that makes no sense', async () => {
  const { cognito, UserPoolId, signUp } = await startUserPool()
  await expect(cognito.send(new CreateGroupCommand({ UserPoolId, GroupName: 'x' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'CreateGroup is not supported locally',
  })
  await expect(signUp('', PASSWORD)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(/^1 validation error detected: Value at 'Username' failed to satisfy constraint/),
  })
})

/** A process that signs up a user, confirms and signs in, and prints the token as soon as it has it. */
function child(stateDir: string): ChildProcess {
  const at = (path: string) => JSON.stringify(new URL(`../../../infra/local/${path}`, import.meta.url).href)
  const code = `
    const { openDatabase } = await import(${at('database.ts')})
    const { createCognito } = await import(${at('engines/cognito.ts')})
    let code = ''
    const context = { account: '0', region: 'us-east-1', stateDir: '', now: Date.now, warn: console.error }
    const engine = createCognito({ ...context, database: openDatabase(${JSON.stringify(stateDir)}) }, {
      sendMail: ({ text }) => { code = /\\d{6}/.exec(text)[0] },
    })
    const make = (type, properties) => engine.resources[type].provision({ stack: 'Test', logicalId: 'Resource', metadata: {}, properties })
    const { ref: UserPoolId } = await make('AWS::Cognito::UserPool', ${JSON.stringify(emailPool)})
    const { ref: ClientId } = await make('AWS::Cognito::UserPoolClient', { UserPoolId, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] })
    const call = async (operation, input) => {
      const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.' + operation }
      const { status, body } = await engine.services['cognito-idp']({ headers, body: Buffer.from(JSON.stringify({ ClientId, ...input })) })
      if (status !== 200) throw new Error(body)
      return JSON.parse(body)
    }
    const [Username, Password] = ${JSON.stringify([EMAIL, PASSWORD])}
    await call('SignUp', { Username, Password })
    await call('ConfirmSignUp', { Username, ConfirmationCode: code })
    const AuthParameters = { USERNAME: Username, PASSWORD: Password }
    const { AuthenticationResult } = await call('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
    process.stdout.write(AuthenticationResult.AccessToken)
    setInterval(() => {}, 1000)`
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('whoever has signed in is still there after a SIGKILL', async () => {
  const stateDir = temporaryFolder()
  const process = child(stateDir)
  onTestFinished(() => void process.kill('SIGKILL'))
  const failed = once(process, 'exit').then(() => Promise.reject(new Error('The process ended before it was killed')))
  const [token]: unknown[] = await Promise.race([once(process.stdout ?? process, 'data'), failed])
  failed.catch(() => {})
  process.kill('SIGKILL')
  await once(process, 'exit')

  const { whoAmI, signIn, UserPoolId } = await startUserPool({ stateDir })
  const AccessToken = String(token)
  expect(decodeJwt(AccessToken).iss).toMatch(UserPoolId)
  expect(await whoAmI(AccessToken)).toMatchObject({ email: EMAIL, email_verified: 'true' })
  await signIn()
})
