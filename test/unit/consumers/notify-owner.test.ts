import { afterAll, beforeEach, expect, test } from 'vitest'
import { RegistrationConfirmed } from '../../../schemas/registrations.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { sentMails } from '../../support/mails.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: 'notify-owner',
  SENDER_EMAIL: 'noreply@example.com',
  OWNER_EMAIL: 'owner@example.com',
  // What `consume` remembers is tested with it.
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { handler } = await import('../../../consumers/notify-owner/handler.ts')
beforeEach(aws.reset)
afterAll(aws.close)

async function consume(name: string): Promise<string> {
  const log = captureLog()
  const message = envelope(RegistrationConfirmed, { data: { ...RegistrationConfirmed.example, name } })
  expect(await handler(sqsBatch(message), lambdaContext)).toEqual({ batchItemFailures: [] })
  return log()
}

test('tells the owner who registered, and when', async () => {
  const log = await consume('Ada Lovelace')
  expect(sentMails(aws)).toEqual([
    {
      from: 'noreply@example.com',
      to: 'owner@example.com',
      subject: 'New registration: Ada Lovelace',
      text: 'Ada Lovelace <ada@example.com> confirmed the registration at 2027-01-15T08:00:00.000Z.\n',
      html: '<p>Ada Lovelace &lt;ada@example.com&gt; confirmed the registration at 2027-01-15T08:00:00.000Z.</p>\n',
    },
  ])
  expect(log).not.toMatch(/@example\.com|Lovelace/)
})

test('escapes what a person typed', async () => {
  await consume('<img src=x onerror="alert(1)">')
  const [mail] = sentMails(aws)
  expect(mail?.subject).toBe('New registration: <img src=x onerror="alert(1)">')
  expect(mail?.html).toContain('<p>&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &lt;ada@example.com&gt;')
})
