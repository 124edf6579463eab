import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { call, codeFor, logIn, newAccount, PASSWORD, signUp } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'
import { until } from '../support/until.ts'
import { percentile, round, times } from './statistics.ts'

const CALLS = 100
const WARM_UP = 10
const CONCURRENCY = 4

/**
 * Logging in, signing up, and how long after a confirmation the user's record is visible: through the API, beside the
 * same calls sent straight to the user pool. Most of each is the hash of a password, which takes long on purpose.
 */
export async function accounts(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  const pool = new CognitoIdentityProviderClient(clientConfig(cloud.endpoint))
  const ClientId = /UserPoolClientId +(\S+)/.exec(cloud.printed())?.[1]
  try {
    const { email } = await newAccount(cloud)
    const AuthParameters = { USERNAME: email, PASSWORD }
    const login = () => logIn(cloud, email)
    const bareLogin = () =>
      pool.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))
    const open = () => signUp(cloud, newEmail())
    const bareOpen = () => {
      const Username = newEmail()
      const UserAttributes = [{ Name: 'email', Value: Username }]
      return pool.send(new SignUpCommand({ ClientId, Username, Password: PASSWORD, UserAttributes }))
    }
    return [
      await compare('login', login, bareLogin),
      await compare('sign up', open, bareOpen),
      await compare(
        'confirm → user row',
        () => untilKept(cloud, (email, code) => call(cloud, 'POST', '/api/signup/confirm', { body: { email, code } })),
        () =>
          untilKept(cloud, (Username, ConfirmationCode) =>
            pool.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })),
          ),
      ),
    ]
  } finally {
    pool.destroy()
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

async function compare(what: string, ours: () => Promise<unknown>, bare: () => Promise<unknown>) {
  const [through, straight] = [await measured(ours), await measured(bare)]
  return {
    what,
    'p50 ms': round(percentile(through, 50)),
    'p99 ms': round(percentile(through, 99)),
    'straight p50 ms': round(percentile(straight, 50)),
    'straight p99 ms': round(percentile(straight, 99)),
    'p50 ratio': round(percentile(through, 50) / percentile(straight, 50), 2),
  }
}

/** Milliseconds of each call, or of what the call answers it took, once it is warm. */
async function measured(work: () => Promise<unknown>): Promise<readonly number[]> {
  await times(WARM_UP, CONCURRENCY, async () => void (await work()))
  const said: number[] = []
  const taken = await times(CALLS, CONCURRENCY, async () => {
    const own = await work()
    if (typeof own === 'number') said.push(own)
  })
  return said.length > 0 ? said : taken
}

/** Milliseconds from sending the code until the user is on record. */
async function untilKept(
  cloud: RunningCloud,
  confirm: (email: string, code: string) => Promise<unknown>,
): Promise<number> {
  const email = newEmail()
  const userId = await signUp(cloud, email)
  const code = await codeFor(cloud, email)
  const client = new DynamoDBClient(clientConfig(cloud.endpoint))
  const Key = { userId: { S: userId } }
  const startedAt = performance.now()
  await confirm(email, code)
  await until(
    async () => {
      const { Item } = await client.send(new GetItemCommand({ TableName: 'ensemble-dev-users', Key }))
      if (!Item) throw new Error(`${userId} is not kept yet`)
    },
    30_000,
    2,
  )
  client.destroy()
  return performance.now() - startedAt
}
