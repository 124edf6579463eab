import { Duration, type Stack } from 'aws-cdk-lib'
import { CfnAuthorizer, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { AccountRecovery, UserPool, UserPoolClient, UserPoolEmail, UserPoolOperation } from 'aws-cdk-lib/aws-cognito'
import { postConfirmation } from '../../schemas/accounts.ts'
import { accept } from '../constructs/accept.ts'
import type { Core, Deployment } from '../constructs/deployment.ts'
import { lambdaFunction } from '../constructs/function.ts'
import { removalPolicyOf } from '../constructs/removal.ts'

export interface Accounts {
  readonly pool: UserPool
  readonly clientId: string
}

/** Cognito waits no longer for a trigger. */
const TRIGGER_TIMEOUT_SECONDS = 5

/**
 * Who has an account: people sign in with their e-mail address, which they prove with a code. The web client has no
 * secret, since a page could not keep it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
 */
export function userPool(stack: Stack, { names, settings }: Deployment): Accounts {
  const pool = new UserPool(stack, 'UserPool', {
    userPoolName: names.prefix,
    selfSignUpEnabled: true,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    // Tokens say the address: it is somebody else's until a code that was mailed to it says otherwise.
    keepOriginal: { email: true },
    standardAttributes: {
      email: { required: true, mutable: true },
      fullname: { required: false, mutable: true },
      givenName: { required: false, mutable: true },
      familyName: { required: false, mutable: true },
    },
    passwordPolicy: {
      minLength: 8,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: false,
    },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    email: UserPoolEmail.withSES({ fromEmail: settings.senderEmail, sesRegion: stack.region }),
    removalPolicy: removalPolicyOf(settings.stage),
  })
  accept(pool, 'Length counts for more than symbols; Cognito locks out who guesses.', 'AwsSolutions-COG1')
  accept(
    pool,
    'A second factor is for the product to decide; nothing here is worth asking everybody.',
    'AwsSolutions-COG2',
  )
  accept(
    pool,
    'Threat protection is a paid plan, which a product turns on when it needs it.',
    'AwsSolutions-COG3',
    'AwsSolutions-COG8',
  )
  // Prefixes are a Region's, whoever takes them: hence the account.
  pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `${names.prefix}-${stack.account}` } })
  const client = new UserPoolClient(stack, 'WebClient', {
    userPool: pool,
    userPoolClientName: `${names.prefix}-web`,
    generateSecret: false,
    authFlows: { userPassword: true, userSrp: true },
    preventUserExistenceErrors: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
    disableOAuth: true,
  })
  return { pool, clientId: client.userPoolClientId }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
export const authorizer = (stack: Stack, api: HttpApi, { pool, clientId }: Accounts): string =>
  new CfnAuthorizer(stack, 'Authorizer', {
    apiId: api.apiId,
    name: 'users',
    authorizerType: 'JWT',
    identitySource: ['$request.header.Authorization'],
    jwtConfiguration: { issuer: pool.userPoolProviderUrl, audience: [clientId] },
  }).ref

/** The producer that the pool calls once somebody is confirmed. */
export function trigger(stack: Stack, { pool }: Accounts, core: Core): void {
  const { name, emits } = postConfirmation
  const fn = lambdaFunction(stack, { name, timeoutSeconds: TRIGGER_TIMEOUT_SECONDS, needs: {}, emits }, core)
  pool.addTrigger(UserPoolOperation.POST_CONFIRMATION, fn)
}
