import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  GetUserCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { onTestFinished } from 'vitest'
import { createCognito } from '../../../infra/local/engines/cognito.ts'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { createSes } from '../../../infra/local/engines/ses.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

export const EMAIL = 'ann@example.com'
export const PASSWORD = 'Correct-Horse-1'

interface Settings {
  readonly pool?: object
  readonly client?: object
  readonly stateDir?: string
  readonly now?: () => number
  /** The trigger: what it answers is the function's answer, what it throws is how the function (or an `AwsError`: Lambda) failed. */
  readonly trigger?: (event: unknown) => unknown
  readonly triggerTimeoutMs?: number
}

/** As CDK synthesizes a pool where people sign up by themselves and sign in with their address. */
export const emailPool = {
  UsernameAttributes: ['email'],
  AutoVerifiedAttributes: ['email'],
  UsernameConfiguration: { CaseSensitive: false },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
}
const passwordClient = {
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
}

/** A user pool with one client, served until the test ends; and what one does with them, through the SDK. */
export async function startUserPool(settings: Settings = {}) {
  const {
    pool = {},
    client = {},
    stateDir = temporaryFolder(),
    now = Date.now,
    trigger,
    triggerTimeoutMs = 5000,
  } = settings
  const warnings: string[] = []
  const context = cloudContext(stateDir, { now, warn: (message) => void warnings.push(message) })
  const ses = createSes(context)
  const engine = createCognito(context, {
    sendMail: ses.send,
    triggerTimeoutMs,
    invoke: async (_name, payload) => {
      try {
        return { payload: JSON.stringify((await trigger?.(JSON.parse(payload))) ?? null), log: [] }
      } catch (error) {
        if (error instanceof AwsError) throw error
        const errorMessage = error instanceof Error ? error.message : String(error)
        return { payload: JSON.stringify({ errorMessage }), functionError: 'Unhandled', log: [] }
      }
    },
  })
  const properties = {
    ...emailPool,
    ...(trigger ? { LambdaConfig: { PostConfirmation: 'arn:trigger' } } : {}),
    ...pool,
  }
  const { ref: UserPoolId, attributes } = await provision(engine, 'AWS::Cognito::UserPool', properties)
  const { ref: ClientId } = await provision(engine, 'AWS::Cognito::UserPoolClient', {
    UserPoolId,
    ...passwordClient,
    ...client,
  })
  const endpoint = await awsEndpoint(engine)
  const cognito = new CognitoIdentityProviderClient(endpoint)
  onTestFinished(() => cognito.destroy())

  /** The code in the newest mail to somebody. */
  const code = (to = EMAIL) => /\d{6}/.exec(ses.emails({ to, limit: 1 })[0]?.text ?? '')?.[0] ?? ''
  const signUp = (Username = EMAIL, Password = PASSWORD, attributes: Readonly<Record<string, string>> = {}) => {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
    return cognito.send(new SignUpCommand({ ClientId, Username, Password, UserAttributes }))
  }
  const confirm = (ConfirmationCode: string, Username = EMAIL, more = {}) =>
    cognito.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode, ...more }))
  const signIn = async (USERNAME = EMAIL, PASSWORD_ = PASSWORD) => {
    const AuthParameters = { USERNAME, PASSWORD: PASSWORD_ }
    const request = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH' as const, AuthParameters }
    const { AuthenticationResult: tokens = {}, ...rest } = await cognito.send(new InitiateAuthCommand(request))
    const { AccessToken = '', IdToken = '', RefreshToken = '', ExpiresIn, TokenType } = tokens
    return { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType, ...rest }
  }
  const refresh = async (REFRESH_TOKEN: string) => {
    const request = { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH' as const, AuthParameters: { REFRESH_TOKEN } }
    return (await cognito.send(new InitiateAuthCommand(request))).AuthenticationResult ?? {}
  }
  return {
    engine,
    ses,
    cognito,
    context,
    warnings,
    endpoint: endpoint.endpoint,
    UserPoolId,
    ClientId,
    attributes,
    code,
    signUp,
    confirm,
    signIn,
    refresh,
    /** Somebody who has signed up and confirmed; answers their `sub`. */
    member: async (Username = EMAIL, attributes = {}) => {
      const { UserSub = '' } = await signUp(Username, PASSWORD, attributes)
      await confirm(code(Username), Username)
      return UserSub
    },
    /** A user's own attributes. */
    whoAmI: async (AccessToken: string) => {
      const { UserAttributes = [] } = await cognito.send(new GetUserCommand({ AccessToken }))
      return Object.fromEntries(UserAttributes.map(({ Name = '', Value }) => [Name, Value]))
    },
  }
}

/** A clock that the test moves on. */
export function movableClock(start = Date.UTC(2026, 0, 31, 12)) {
  let time = start
  return {
    now: () => time,
    pass: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      time += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    },
  }
}
