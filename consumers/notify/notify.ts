import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import { names } from '../../infra/runtime/environment.ts'
import { html } from '../../infra/runtime/html.ts'
import { sendMail } from '../../infra/runtime/mail.ts'
import { records } from '../../infra/runtime/records.ts'
import { PreferencesView, UserConfirmed } from '../../schemas/accounts.ts'

type Preferences = z.output<typeof PreferencesView>

interface Recipient {
  readonly userId: string
  /** Looked up where the event does not say it. */
  readonly email?: string
  readonly preferences?: Preferences
}

/** What somebody is told. An SMS has the text only. */
export interface Notification {
  readonly subject: string
  readonly text: string
}

const sns = new SNSClient({})
const Address = UserConfirmed.data.pick({ email: true }).strip()

/**
 * Tells a user something by the channel that they chose; nothing, if they chose that. Throws if it cannot be sent, and if
 * nobody knows an address of the user.
 */
export async function notify(
  { userId, email, preferences }: Recipient,
  { subject, text }: Notification,
): Promise<void> {
  const { channel, phone } = preferences ?? (await preferencesOf(userId))
  if (channel === 'NONE') return
  if (channel === 'SMS' && phone !== undefined) return sendText(phone, `${subject}: ${text}`)
  await sendMail({ to: email ?? (await addressOf(userId)), subject, text: `${text}\n`, html: html`<p>${text}</p>` })
}

/** https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
async function sendText(PhoneNumber: string, Message: string): Promise<void> {
  const type = { DataType: 'String', StringValue: 'Transactional' }
  await sns.send(new PublishCommand({ PhoneNumber, Message, MessageAttributes: { 'AWS.SNS.SMS.SMSType': type } }))
}

async function preferencesOf(userId: string): Promise<Preferences> {
  const { Item: item } = await records.send(new GetCommand({ TableName: names.table('preferences'), Key: { userId } }))
  return PreferencesView.parse(item ?? { channel: 'EMAIL' })
}

async function addressOf(userId: string): Promise<string> {
  const { Item: item } = await records.send(new GetCommand({ TableName: names.table('users'), Key: { userId } }))
  return Address.parse(item).email
}
