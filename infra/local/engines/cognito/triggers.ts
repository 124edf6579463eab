import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Lambda } from '../lambda/index.ts'
import type { Client, Pool } from './pools.ts'
import type { User } from './users.ts'

const ATTEMPTS = 3
const Failure = z.object({ errorMessage: z.string() })
const Event = z.looseObject({ response: z.looseObject({}) })

export type ClientMetadata = Readonly<Record<string, string>>
export type Triggers = ReturnType<typeof createTriggers>

/**
 * The functions that a pool calls. One must answer in time; if it does not it is called again, three times in all. What
 * it throws is told to whoever called the pool.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export function createTriggers(invoke: Lambda['invoke'], region: string, timeoutMs: number) {
  async function call(functionArn: string, name: string, event: object): Promise<void> {
    const failed = (message: string) => `${name} failed with error ${message}.`
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const invocation = await within(timeoutMs, invoke(functionArn, JSON.stringify(event))).catch((error) => {
        throw new AwsError('UnexpectedLambdaException', failed(error instanceof Error ? error.message : String(error)))
      })
      if (!invocation) continue
      const { payload, functionError } = invocation
      const answer: unknown = JSON.parse(payload || 'null')
      if (functionError) {
        const { data } = Failure.safeParse(answer)
        throw new AwsError('UserLambdaValidationException', failed(data?.errorMessage ?? functionError))
      }
      if (!Event.safeParse(answer).success)
        throw new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output')
      return
    }
    throw new AwsError('UnexpectedLambdaException', failed('Socket timeout while invoking Lambda function'))
  }

  return {
    /**
     * Calls the pool's post confirmation function, if it has one. The user is confirmed by then and stays so, whatever
     * the function does. Without a client it was an administrator who confirmed.
     * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
     */
    async postConfirmation(
      source: 'ConfirmSignUp' | 'ConfirmForgotPassword',
      pool: Pool,
      user: User,
      { client, metadata }: { readonly client?: Client; readonly metadata?: ClientMetadata | undefined },
    ): Promise<void> {
      const { PostConfirmation: functionArn } = pool.properties.LambdaConfig
      if (functionArn === undefined) return
      await call(functionArn, 'PostConfirmation', {
        version: '1',
        region,
        userPoolId: pool.id,
        userName: user.username,
        callerContext: {
          awsSdkVersion: 'aws-sdk-unknown-unknown',
          clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE',
        },
        triggerSource: `PostConfirmation_${source}`,
        request: {
          userAttributes: { ...user.attributes, 'cognito:user_status': user.status },
          ...(metadata ? { clientMetadata: metadata } : {}),
        },
        response: {},
      })
    },
  }
}

/** What `work` answers, or nothing if it takes longer. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const over = new AbortController()
  const tooLate = delay(milliseconds, undefined, { signal: over.signal, ref: false }).catch(() => undefined)
  return await Promise.race([work, tooLate]).finally(() => over.abort())
}
