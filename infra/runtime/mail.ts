import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { variable } from './environment.ts'
import type { Html } from './html.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: Html
}

const client = new SESClient({})
const content = (data: string) => ({ Data: data, Charset: 'UTF-8' })

/** Sends one mail to one address through SES. A subject stays one line whatever a person typed into it. */
export async function sendMail({ to, subject, text, html }: Mail): Promise<void> {
  await client.send(
    new SendEmailCommand({
      Source: variable('SENDER_EMAIL'),
      Destination: { ToAddresses: [to] },
      Message: {
        Subject: content(subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')),
        Body: { Text: content(text), Html: content(html.text) },
      },
    }),
  )
}
