import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../../infra/runtime/answers.ts'
import { PreferencesChanged, UserConfirmed } from '../../../schemas/accounts.ts'
import { ProfileSubmitted } from '../../../schemas/profiles.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import {
  envelope,
  httpRequest,
  lambdaContext,
  setFunctionEnvironment,
  sqsBatch,
} from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const dynamoDb = await startDynamoDbLocal({ preferences: 'userId', profiles: 'userId', idempotency: 'id' })
setFunctionEnvironment(dynamoDb.url, { CONSUMER: 'keep' })
const { handler: keepPreferences } = await import('../../../consumers/keep-preferences/handler.ts')
const { handler: getPreferences } = await import('../../../consumers/keep-preferences/get-preferences.ts')
const { handler: keepProfiles } = await import('../../../consumers/keep-profiles/handler.ts')
const { handler: getProfile } = await import('../../../consumers/keep-profiles/get-profile.ts')
beforeEach(() => void captureLog())
afterAll(() => dynamoDb.stop())

const at = (minute: number) => new Date(Date.UTC(2027, 0, 15, 8, minute)).toISOString()
const answerOf = async (answer: Promise<Answer>) => {
  const { statusCode, body = '' } = await answer
  return { status: statusCode, body: JSON.parse(body) }
}

describe('preferences', () => {
  const of = (userId: string) => answerOf(getPreferences(httpRequest({ claims: { sub: userId } })))
  const confirmed = (userId: string) =>
    envelope(UserConfirmed, { data: { ...UserConfirmed.example, userId, confirmedAt: at(0) } })
  const changed = (userId: string, minute: number, channel: string) =>
    envelope(PreferencesChanged, { data: { userId, channel }, occurredAt: at(minute) })

  test('are mail until somebody says otherwise, also before there is a record', async () => {
    const userId = randomUUID()
    expect(await of(userId)).toEqual({ status: 200, body: { channel: 'EMAIL' } })
    await keepPreferences(sqsBatch(confirmed(userId)), lambdaContext)
    expect(await of(userId)).toEqual({ status: 200, body: { channel: 'EMAIL' } })
  })

  test('are the last that were chosen, in whatever order and however often the events come', async () => {
    const minutes = fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3], { minLength: 4 })
    await fc.assert(
      fc.asyncProperty(minutes, async (order) => {
        const userId = randomUUID()
        const channels = ['EMAIL', 'NONE', 'EMAIL', 'NONE']
        for (const minute of [...order, 3]) {
          const message = minute === 0 ? confirmed(userId) : changed(userId, minute, channels[minute] ?? '')
          expect(await keepPreferences(sqsBatch(message), lambdaContext)).toEqual({ batchItemFailures: [] })
        }
        expect((await of(userId)).body).toEqual({ channel: 'NONE' })
      }),
      { numRuns: 20 },
    )
  })
})

describe('a profile', () => {
  const submitted = (userId: string, minute: number, name: string) =>
    envelope(ProfileSubmitted, { data: { userId, name, email: 'ada@example.com' }, occurredAt: at(minute) })
  const of = (id: string, caller: string) =>
    answerOf(getProfile(httpRequest({ pathParameters: { id }, claims: { sub: caller } })))

  test('is the last that was submitted; its owner sees all of it, others no address', async () => {
    const userId = randomUUID()
    await keepProfiles(sqsBatch(submitted(userId, 2, 'Newer')), lambdaContext)
    await keepProfiles(sqsBatch(submitted(userId, 1, 'Older')), lambdaContext)
    expect(await of(userId, userId)).toEqual({
      status: 200,
      body: { userId, name: 'Newer', email: 'ada@example.com' },
    })
    expect(await of(userId, randomUUID())).toEqual({ status: 200, body: { userId, name: 'Newer' } })
  })

  test.each([randomUUID(), 'nobody', '', '../x'])('of %j is not there', async (id) => {
    expect((await of(id, randomUUID())).status).toBe(404)
  })
})
