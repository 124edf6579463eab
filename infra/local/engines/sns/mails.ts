import { escapeMarkup } from '../query-service.ts'
import type { Mail } from '../ses.ts'
import type { MessageAttribute } from './message.ts'
import { bodyFor, envelope, type Notification, unsubscribeUrl } from './notification.ts'
import type { Subscription, Topic } from './subscriptions.ts'

const ADDRESS = 'no-reply@sns.amazonaws.com'
const CONFIRMATION = 'AWS Notification - Subscription Confirmation'
const SENDER_ID = 'AWS.SNS.SMS.SenderID'

/** Asks whether the address wants what is published to the topic. Its link confirms. */
export function confirmationMail(topic: Topic, { endpoint: to }: Subscription, token: string, endpoint: string): Mail {
  const link = `${endpoint}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topic.arn, Token: token })}`
  const asked = `Somebody subscribed this address to the topic ${topic.arn}.`
  const ignore = 'If that was not you, there is nothing to do: without a confirmation nothing is sent.'
  return {
    from: senderOf(topic),
    to: [to],
    subject: CONFIRMATION,
    text: `${asked}\n\nTo get its notifications, open this link:\n${link}\n\n${ignore}\n`,
    html: paragraphs(escapeMarkup(asked), anchor(link, 'Confirm subscription'), escapeMarkup(ignore)),
  }
}

/** Is this a mail that asks whether its address wants what is published to this topic? */
export const isConfirmationMail = ({ subject, text }: Pick<Mail, 'subject' | 'text'>, topicArn: string): boolean =>
  subject === CONFIRMATION && text.includes(` ${topicArn}.\n`)

/** What was published, for an address that wants it; as JSON for the protocol `email-json`. */
export function notificationMail(
  topic: Topic,
  subscription: Subscription,
  notification: Notification,
  endpoint: string,
): Mail {
  const head = {
    from: senderOf(topic),
    to: [subscription.endpoint],
    subject: notification.subject ?? 'AWS Notification Message',
  }
  if (subscription.protocol === 'email-json')
    return { ...head, text: envelope(notification, subscription, endpoint), html: '' }
  const body = bodyFor(notification, 'email')
  const link = unsubscribeUrl(endpoint, subscription)
  return {
    ...head,
    text: `${body}\n\n--\nTo get no more notifications of this topic, open this link:\n${link}\n`,
    html: `<p style="white-space: pre-wrap">${escapeMarkup(body)}</p><hr>${paragraphs(anchor(link, 'Unsubscribe from this topic'))}`,
  }
}

/** A text message to a phone, for the inbox. */
export const smsMail = (phone: string, text: string, attributes: Readonly<Record<string, MessageAttribute>>): Mail => ({
  from: attributes[SENDER_ID]?.StringValue ?? 'NOTICE',
  to: [phone],
  subject: 'SMS',
  text,
  html: '',
})

/** `<DisplayName> <no-reply@…>`. https://www.rfc-editor.org/rfc/rfc5322#section-3.4 */
function senderOf({ attributes }: Topic): string {
  const name = (attributes.DisplayName || 'AWS Notifications').replaceAll(/\p{Cc}/gu, ' ')
  const spelled = /[^\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]/u.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name
  return `${spelled} <${ADDRESS}>`
}

const anchor = (url: string, text: string): string => `<a href="${escapeMarkup(url)}">${escapeMarkup(text)}</a>`

const paragraphs = (...contents: readonly string[]): string => contents.map((content) => `<p>${content}</p>`).join('')
