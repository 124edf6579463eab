import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { AccountRecovery, UserPool, UserPoolEmail } from 'aws-cdk-lib/aws-cognito'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api'
import { expect, onTestFinished, test } from 'vitest'
import { provision } from '../../infra/local/assembly/provision.ts'
import { readAssembly } from '../../infra/local/assembly/read.ts'
import { createCognito } from '../../infra/local/engines/cognito.ts'
import { createHttpApis } from '../../infra/local/engines/http-api/index.ts'
import { createIam } from '../../infra/local/engines/iam.ts'
import { createInert } from '../../infra/local/engines/inert.ts'
import { createLambda } from '../../infra/local/engines/lambda/index.ts'
import { createLogs } from '../../infra/local/engines/logs.ts'
import { createSes } from '../../infra/local/engines/ses.ts'
import { createGateway } from '../../infra/local/gateway.ts'
import { listen } from '../../infra/local/listen.ts'
import { cloudContext, temporaryFolder } from '../unit/local/cloud-context.ts'

const EMAIL = 'ann@example.com'
const PASSWORD = 'correct-horse-1'

/** A small CDK app as one would write it: a user pool with a trigger, and a route for those who have signed in. */
function synthesize(folder: string): string {
  const app = new App({
    outdir: join(folder, 'cloud'),
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, 'aws:cdk:disable-asset-staging': true },
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  })
  const stack = new Stack(app, 'people', { env: { region: 'us-east-1' } })
  const lambda = (name: string, code: string) => {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'index.js'), `exports.handler = async (event) => { ${code} }`)
    return new LambdaFunction(stack, name, {
      functionName: name,
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(folder, name)),
    })
  }
  const pool = new UserPool(stack, 'Pool', {
    selfSignUpEnabled: true,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    standardAttributes: { fullname: { required: true, mutable: true } },
    passwordPolicy: { minLength: 10, requireUppercase: false, requireSymbols: false, requireDigits: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    email: UserPoolEmail.withSES({ fromEmail: 'hi@example.com', fromName: 'People', sesRegion: 'us-east-1' }),
    userVerification: { emailSubject: 'Your code', emailBody: 'The code is {####}.' },
    lambdaTriggers: { postConfirmation: lambda('confirmed', 'console.log(event.userName); return event') },
  })
  const client = pool.addClient('Web', {
    authFlows: { userPassword: true },
    preventUserExistenceErrors: true,
    disableOAuth: true,
    accessTokenValidity: Duration.minutes(15),
  })
  const api = new HttpApi(stack, 'Api', { corsPreflight: { allowOrigins: ['https://a.example'] } })
  api.addRoutes({
    path: '/me',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Me', lambda('me', 'return event.requestContext.authorizer.jwt.claims')),
    authorizer: new HttpUserPoolAuthorizer('Pool', pool, { userPoolClients: [client] }),
  })
  new CfnOutput(stack, 'PoolId', { value: pool.userPoolId })
  new CfnOutput(stack, 'PoolArn', { value: pool.userPoolArn })
  new CfnOutput(stack, 'Issuer', { value: pool.userPoolProviderUrl })
  new CfnOutput(stack, 'ClientId', { value: client.userPoolClientId })
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint })
  return app.synth().directory
}

/** Provisions that app and serves it: the API at `site`, the AWS endpoint at `endpoint`. */
async function start() {
  const folder = temporaryFolder()
  const assembly = readAssembly(synthesize(folder))
  const context = cloudContext()
  const log: string[] = []
  const ses = createSes(context)
  const lambda = createLambda(context, {
    compileCache: join(folder, 'compile-cache'),
    assetPath: assembly.assetPath,
    log: (_group, _stream, lines) => void log.push(...lines),
  })
  const cognito = createCognito(context, { invoke: lambda.invoke, sendMail: ses.send })
  const httpApis = createHttpApis(context, lambda.invoke, cognito.keysOf)
  const iam = createIam(context)
  const engines = [ses, lambda, cognito, httpApis, iam, createLogs(context), createInert(context)]
  for (const { stop } of engines) if (stop) onTestFinished(stop)
  const [stack] = await provision(assembly, engines, context)
  const output = (wanted: string) => stack?.outputs.find(({ name }) => name === wanted)?.value ?? ''
  const warn = (message: string) => void log.push(message)

  const [site, aws] = [await listen(0, '--port'), await listen(0, '--aws-port')]
  onTestFinished(site.close)
  onTestFinished(aws.close)
  aws.serve(createGateway(engines, warn, iam.guard(lambda.functions())))
  site.serve((request, response) => void httpApis.handle(request, response, new URL(output('ApiUrl')).host))
  return { output, ses, log, site: `http://127.0.0.1:${site.port}`, endpoint: `http://127.0.0.1:${aws.port}` }
}

test('what CDK makes of a user pool and a guarded route runs: sign up, confirm, sign in, be let in', async () => {
  const { output, ses, log, site, endpoint } = await start()
  const ClientId = output('ClientId')
  expect(output('Issuer')).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${output('PoolId')}`)
  expect(output('PoolArn')).toBe(`arn:aws:cognito-idp:us-east-1:000000000000:userpool/${output('PoolId')}`)

  const client = new CognitoIdentityProviderClient({ endpoint, region: 'us-east-1' })
  onTestFinished(() => client.destroy())
  const UserAttributes = [{ Name: 'name', Value: 'Ann' }]
  const { UserSub = '' } = await client.send(
    new SignUpCommand({ ClientId, Username: EMAIL, Password: PASSWORD, UserAttributes }),
  )
  const [mail] = ses.emails()
  expect(mail).toMatchObject({ from: 'People <hi@example.com>', to: [EMAIL], subject: 'Your code' })
  const ConfirmationCode = /^The code is (\d{6})\.$/.exec(mail?.html ?? '')?.[1] ?? ''
  await client.send(new ConfirmSignUpCommand({ ClientId, Username: EMAIL, ConfirmationCode }))
  expect(log.join('\n')).toContain(UserSub)

  const AuthParameters = { USERNAME: 'Ann@Example.com', PASSWORD }
  const { AuthenticationResult: tokens } = await client.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  )
  const me = async (authorization?: string) => {
    const response = await fetch(`${site}/me`, authorization ? { headers: { authorization } } : {})
    return { status: response.status, body: await response.json() }
  }
  expect(await me()).toEqual({ status: 401, body: { message: 'Unauthorized' } })
  expect(await me(`Bearer ${tokens?.IdToken}`)).toMatchObject({
    status: 200,
    body: { sub: UserSub, email: EMAIL, email_verified: 'true', name: 'Ann', token_use: 'id' },
  })
  expect(await me(`Bearer ${tokens?.AccessToken}`)).toMatchObject({
    status: 200,
    body: { sub: UserSub, client_id: ClientId, token_use: 'access' },
  })
  expect(await me(`Bearer ${tokens?.RefreshToken}`)).toMatchObject({ status: 401 })
})
