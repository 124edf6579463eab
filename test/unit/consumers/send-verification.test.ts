import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { RegistrationRequested } from '../../../schemas/registrations.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { sentMails, sesError } from '../../support/mails.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: 'send-verification',
  SENDER_EMAIL: 'noreply@example.com',
  SITE_URL: 'https://site.example',
  // What `consume` remembers is tested with it.
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { verify } = await import('../../../infra/runtime/verification-link.ts')
beforeEach(() => {
  aws.reset()
  // A new environment for each test: one keeps the signing key.
  vi.resetModules()
})
afterAll(aws.close)

const registration = RegistrationRequested.example
async function consume(data: object = {}) {
  const { handler } = await import('../../../consumers/send-verification/handler.ts')
  const log = captureLog()
  const message = envelope(RegistrationRequested, { data: { ...registration, ...data } })
  const { batchItemFailures } = await handler(sqsBatch(message), lambdaContext)
  return { retried: batchItemFailures.length > 0, log: log() }
}
const links = (text: string) => text.match(/https?:\/\/[^\s"<]+/g)

test('sends one mail, in text and HTML, with a link that verifies', async () => {
  const { retried, log } = await consume()
  expect(retried).toBe(false)
  const mails = sentMails(aws)
  expect(mails).toEqual([
    {
      from: 'noreply@example.com',
      to: 'ada@example.com',
      subject: 'Please verify your email address',
      text: expect.stringContaining('Hello Ada Lovelace,'),
      html: expect.stringContaining('<p>Hello Ada Lovelace,</p>'),
    },
  ])
  for (const body of mails.flatMap(({ text, html }) => [text, html])) {
    expect(body).toContain('The link expires on Fri, 15 Jan 2027 08:00:00 GMT')
    const [link = '', ...others] = links(body) ?? []
    expect(others).toEqual([])
    const { origin, pathname, searchParams } = new URL(link)
    expect(origin + pathname).toBe('https://site.example/api/confirm')
    expect(verify(searchParams.get('token') ?? '', 'the key of these tests')).toEqual({
      registrationId: registration.registrationId,
      expiresAt: registration.expiresAt,
    })
  }
  expect(mails[0]?.html).toMatch(/<a href="[^"]+">Verify My Email<\/a>/)
  expect(log).not.toMatch(/ada@example\.com|Lovelace|token=/)
})

test('escapes the name in HTML and leaves it as it is in text', async () => {
  await consume({ name: '<a href="https://evil.example">Ada</a> & \'co\'' })
  const [mail] = sentMails(aws)
  expect(mail?.html).toContain('Hello &lt;a href=&quot;https://evil.example&quot;&gt;Ada&lt;/a&gt; &amp; &#39;co&#39;,')
  expect(mail?.html).not.toContain('<a href="https://evil.example">')
  expect(mail?.text).toContain('Hello <a href="https://evil.example">Ada</a> & \'co\',')
})

test.each([
  ['SES refuses the mail', 'SendEmail', sesError('MessageRejected', 'Email address is not verified: ada@example.com')],
  ['the signing key can not be had', 'GetSecretValue', { status: 400, body: { __type: 'AccessDeniedException' } }],
])('tries again later when %s, and the log names nobody', async (_, operation, reply) => {
  aws.answer(operation, () => reply)
  const { retried, log } = await consume()
  expect(retried).toBe(true)
  expect(log).toContain('"retrying"')
  expect(log).not.toContain('ada@example.com')
})
