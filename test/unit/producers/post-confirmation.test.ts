import type { PostConfirmationTriggerEvent } from 'aws-lambda'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { emittedEvents } from '../../support/emitted-events.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url)
const { handler } = await import('../../../producers/post-confirmation.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const userId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'

/** As Cognito calls: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html */
const confirmation = (
  userAttributes: Readonly<Record<string, string>> = {},
  triggerSource: PostConfirmationTriggerEvent['triggerSource'] = 'PostConfirmation_ConfirmSignUp',
): PostConfirmationTriggerEvent => ({
  version: '1',
  region: 'us-east-1',
  userPoolId: 'us-east-1_pool',
  userName: userId,
  triggerSource,
  callerContext: { awsSdkVersion: 'aws-sdk-js-3', clientId: 'client' },
  request: {
    userAttributes: { sub: userId, email: 'ada@example.com', email_verified: 'true', ...userAttributes },
    clientMetadata: { correlationId: 'trace' },
  },
  response: {},
})

test('tells who was confirmed and answers Cognito what it sent', async () => {
  const event = confirmation({ name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' })
  expect(await handler(event)).toBe(event)
  expect(emittedEvents(aws)).toMatchObject([
    {
      name: 'UserConfirmed',
      metadata: { correlationId: 'trace' },
      data: {
        userId,
        username: userId,
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        givenName: 'Ada',
        familyName: 'Lovelace',
      },
    },
  ])
})

test.each(['', 'x'.repeat(129), undefined])(
  'a correlation id that is none (%s) keeps nobody out',
  async (correlationId) => {
    const event = confirmation()
    const clientMetadata = correlationId === undefined ? {} : { correlationId }
    await handler({ ...event, request: { ...event.request, clientMetadata } })
    expect(emittedEvents(aws)[0]?.metadata.correlationId).toMatch(/^[\da-f-]{36}$/)
  },
)

test('says the same again under the same id', async () => {
  await handler(confirmation())
  await handler(confirmation())
  const [first, second] = emittedEvents(aws)
  expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
})

test('leaves out a name that no form of ours would take, rather than lock somebody out', async () => {
  await handler(confirmation({ name: 'Ada\nBcc: all@example.com', given_name: 'x'.repeat(2000) }))
  const [event] = emittedEvents(aws)
  expect(event?.data).not.toHaveProperty('name')
  expect(event?.data).not.toHaveProperty('givenName')
})

test('has nothing to tell of a forgotten password', async () => {
  await handler(confirmation({}, 'PostConfirmation_ConfirmForgotPassword'))
  expect(emittedEvents(aws)).toEqual([])
})

test('fails if the bus does, in less time than Cognito waits', async () => {
  captureLog()
  aws.answer('PutEvents', () => putEventsReply(['InternalFailure']))
  await expect(handler(confirmation())).rejects.toThrow('EventBridge refused 1 event(s): InternalFailure')
  expect(aws.calls('PutEvents').length).toBeGreaterThan(1)
})
