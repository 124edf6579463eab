import type { Ses } from '../ses.ts'
import type { Pool } from './pools.ts'
import { isEmailPool } from './pools.ts'
import type { User } from './users.ts'

/** Where a code went, as Cognito tells whoever asked for it. */
export interface Delivery {
  readonly AttributeName: 'email'
  readonly DeliveryMedium: 'EMAIL'
  readonly Destination: string
}

export type Mail = ReturnType<typeof createMail>

/**
 * The mails of user pools. A message is HTML with `{####}` for the code or password, and `{username}`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
 */
export function createMail(send: Ses['send']) {
  function deliver(pool: Pool, user: User, subject: string, message: string, code: string): Delivery | undefined {
    const { email } = user.attributes
    if (email === undefined) return undefined
    const name = isEmailPool(pool) ? email : user.username
    const html = message.replaceAll('{username}', escaped(name)).replaceAll('{####}', escaped(code))
    const { ReplyToEmailAddress: replyTo } = pool.properties.EmailConfiguration
    const content = { subject, html, text: textOf(html) }
    send({ to: [email], from: senderOf(pool), ...(replyTo ? { replyTo: [replyTo] } : {}), ...content })
    return deliveryTo(email)
  }

  return {
    /** Mails a code, if the user has an address. */
    code(pool: Pool, user: User, code: string): Delivery | undefined {
      const {
        VerificationMessageTemplate: template,
        EmailVerificationMessage,
        EmailVerificationSubject,
      } = pool.properties
      const subject = template.EmailSubject ?? EmailVerificationSubject ?? 'Your verification code'
      const message = template.EmailMessage ?? EmailVerificationMessage ?? 'Your confirmation code is {####}'
      return deliver(pool, user, subject, message, code)
    },

    /** Mails a temporary password, if the user has an address. */
    invitation(pool: Pool, user: User, password: string): Delivery | undefined {
      const { EmailSubject: subject, EmailMessage: message } =
        pool.properties.AdminCreateUserConfig.InviteMessageTemplate
      const byDefault = 'Your username is {username} and temporary password is {####}.'
      return deliver(pool, user, subject ?? 'Your temporary password', message ?? byDefault, password)
    },
  }
}

/** `ann@example.com` becomes `a***@e***`. */
export const deliveryTo = (email: string): Delivery => ({
  AttributeName: 'email',
  DeliveryMedium: 'EMAIL',
  Destination: `${email.charAt(0)}***@${email.charAt(email.lastIndexOf('@') + 1)}***`,
})

/** The verified identity of SES that the pool sends with, or else Cognito's own address. */
function senderOf({ properties: { EmailConfiguration } }: Pool): string {
  const { From, SourceArn } = EmailConfiguration
  const identity = SourceArn?.split(':identity/')[1]
  if (From !== undefined) return From
  if (identity === undefined) return 'no-reply@verificationemail.com'
  return identity.includes('@') ? identity : `no-reply@${identity}`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)

/** For whoever reads mail as text. */
const textOf = (html: string): string =>
  html
    .replace(/<br\s*\/?>|<\/p>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (entity) => Object.keys(ENTITIES).find((key) => ENTITIES[key] === entity) ?? entity)
