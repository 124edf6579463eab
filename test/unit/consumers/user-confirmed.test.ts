import { afterAll, beforeEach, expect, test } from 'vitest'
import { UserConfirmed } from '../../../schemas/accounts.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { sentMails } from '../../support/mails.ts'

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:ensemble-test-notifications'
const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: 'any',
  SENDER_EMAIL: 'noreply@example.com',
  SITE_URL: 'https://example.com',
  TOPIC_ARN: TOPIC,
  DEAD_LETTERS_URL: `${aws.url}/000000000000/dlq`,
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { handler: sendWelcome } = await import('../../../consumers/send-welcome/handler.ts')
const { handler: subscribeUser } = await import('../../../consumers/subscribe-user/handler.ts')
const { handler: keepUsers } = await import('../../../consumers/keep-users/handler.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const { example } = UserConfirmed
const consume = async (handler: typeof sendWelcome, data: object = example) => {
  const log = captureLog()
  const message = envelope(UserConfirmed, { data })
  expect(await handler(sqsBatch(message), lambdaContext)).toEqual({ batchItemFailures: [] })
  expect(log()).not.toMatch(/@example\.com|Lovelace/)
}

test('welcomes a new user by name, escaped, with a way to the account', async () => {
  await consume(sendWelcome, { ...example, givenName: '<Ada>' })
  const [mail] = sentMails(aws)
  expect(mail).toMatchObject({ to: 'ada@example.com', subject: 'Account Created' })
  expect(mail?.text).toContain('Hello <Ada>,')
  expect(mail?.html).toContain('<p>Hello &lt;Ada&gt;,</p>')
  expect(mail?.html).toContain('href="https://example.com/account.html"')
})

test('subscribes the address to messages for that user alone', async () => {
  await consume(subscribeUser)
  const [call] = aws.calls('Subscribe')
  expect(call).toMatchObject({ TopicArn: TOPIC, Protocol: 'email', Endpoint: 'ada@example.com' })
  expect(Object.values(call ?? {})).toContain(JSON.stringify({ userId: [example.userId] }))
})

test('buries whom the topic has no filter policy for, and says what to do', async () => {
  const body =
    '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Code>FilterPolicyLimitExceeded</Code></Error></ErrorResponse>'
  aws.answer('Subscribe', () => ({ status: 403, body }))
  await consume(subscribeUser)
  expect(aws.calls('SendMessage')).toMatchObject([
    { MessageAttributes: { ERROR_MESSAGE: { StringValue: expect.stringContaining('raise that quota') } } },
  ])
})

test('keeps all that there is to know of a user', async () => {
  await consume(keepUsers)
  const strings = Object.fromEntries(Object.entries(example).map(([key, S]) => [key, { S }]))
  expect(aws.calls('PutItem')).toMatchObject([{ TableName: 'ensemble-test-users', Item: strings }])
})
