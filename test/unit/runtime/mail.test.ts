import { afterAll, beforeEach, expect, test } from 'vitest'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { sesError } from '../../support/mails.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, { SENDER_EMAIL: 'noreply@example.com' })
const { sendMail } = await import('../../../infra/runtime/mail.ts')
const { html } = await import('../../../infra/runtime/html.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello\n', html: html`<p>Hello</p>` }

test('a mail goes to one address, in UTF-8', async () => {
  await sendMail({ ...mail, subject: 'Ólafur 🙂' })
  expect(aws.calls('SendEmail')).toEqual([
    {
      Version: '2010-12-01',
      Source: 'noreply@example.com',
      'Destination.ToAddresses.member.1': 'ada@example.com',
      'Message.Subject.Data': 'Ólafur 🙂',
      'Message.Subject.Charset': 'UTF-8',
      'Message.Body.Text.Data': 'Hello\n',
      'Message.Body.Text.Charset': 'UTF-8',
      'Message.Body.Html.Data': '<p>Hello</p>',
      'Message.Body.Html.Charset': 'UTF-8',
    },
  ])
})

test.each([
  ['New\r\nBcc: all@example.com', 'New Bcc: all@example.com'],
  ['New\rregistration', 'New registration'],
  ['New\n\n\tregistration', 'New registration'],
  ['New\u2028\u2029\u0085registration', 'New registration'],
  ['New\u0000registration', 'New registration'],
])('the subject %j is one line', async (subject, line) => {
  await sendMail({ ...mail, subject })
  expect(aws.calls('SendEmail')).toEqual([expect.objectContaining({ 'Message.Subject.Data': line })])
})

test('a mail that SES refuses fails the caller', async () => {
  aws.answer('SendEmail', () => sesError('MessageRejected', 'Email address is not verified.'))
  await expect(sendMail(mail)).rejects.toThrow('Email address is not verified.')
})
