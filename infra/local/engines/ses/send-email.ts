import { AwsError } from '../engine.ts'
import { checkEmail, checkRawEmail, invalid, type OutgoingEmail } from './email.ts'

/**
 * What a SendEmail call of the Query protocol says.
 * Throws `ValidationError` for what is missing, `InvalidParameterValue` for an address or header that SES refuses.
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 */
export function parseSendEmail(form: URLSearchParams): OutgoingEmail {
  for (const member of ['Source', 'Destination', 'Message', 'Message.Subject', 'Message.Subject.Data', 'Message.Body'])
    require(form, member)
  return checkEmail({
    source: form.get('Source') ?? '',
    recipients: ['To', 'Cc', 'Bcc'].flatMap((kind) => members(form, `Destination.${kind}Addresses`)),
    replyTo: members(form, 'ReplyToAddresses'),
    subject: content(form, 'Message.Subject'),
    text: content(form, 'Message.Body.Text'),
    html: content(form, 'Message.Body.Html'),
    configurationSet: form.get('ConfigurationSetName') ?? undefined,
  })
}

/** The same of SendRawEmail: https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html */
export function parseSendRawEmail(form: URLSearchParams): OutgoingEmail {
  for (const member of ['RawMessage', 'RawMessage.Data']) require(form, member)
  return checkRawEmail({
    data: form.get('RawMessage.Data') ?? '',
    source: form.get('Source') ?? undefined,
    recipients: members(form, 'Destinations'),
    configurationSet: form.get('ConfigurationSetName') ?? undefined,
  })
}

/** A structure is there if it or anything in it was sent. */
function require(form: URLSearchParams, member: string): void {
  for (const key of form.keys()) if (key === member || key.startsWith(`${member}.`)) return
  const path = member.toLowerCase()
  const problem = `Value null at '${path}' failed to satisfy constraint: Member must not be null`
  throw new AwsError('ValidationError', `1 validation error detected: ${problem}`)
}

/** A list of the Query protocol: `<name>.member.1`, `<name>.member.2`, … */
function members(form: URLSearchParams, name: string): readonly string[] {
  const found: string[] = []
  for (let value = form.get(`${name}.member.1`); value !== null; ) {
    found.push(value)
    value = form.get(`${name}.member.${found.length + 1}`)
  }
  return found
}

/** The text of a Content structure; the charset says how SES would encode it, so it only has to exist. */
function content(form: URLSearchParams, name: string): string {
  const charset = form.get(`${name}.Charset`)
  if (charset && !isCharset(charset)) throw invalid(`Unsupported charset: ${charset}`)
  return form.get(`${name}.Data`) ?? ''
}

function isCharset(label: string): boolean {
  try {
    return Boolean(new TextDecoder(label))
  } catch {
    return false
  }
}
