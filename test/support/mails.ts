import * as z from 'zod'
import type { AwsEndpoint } from './aws-endpoint.ts'

const Mail = z
  .object({
    Source: z.string(),
    'Destination.ToAddresses.member.1': z.string(),
    'Message.Subject.Data': z.string(),
    'Message.Body.Text.Data': z.string(),
    'Message.Body.Html.Data': z.string(),
  })
  .transform((form) => ({
    from: form.Source,
    to: form['Destination.ToAddresses.member.1'],
    subject: form['Message.Subject.Data'],
    text: form['Message.Body.Text.Data'],
    html: form['Message.Body.Html.Data'],
  }))

/** The mails that were sent through SES so far. */
export const sentMails = (aws: AwsEndpoint) => aws.calls('SendEmail').map((input) => Mail.parse(input))

/** How SES refuses a mail: https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html */
export const sesError = (code: string, message: string) => ({
  status: 400,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
})
