import { AwsError } from '../engine.ts'

export interface SendEmail {
  readonly source: string
  /** To, Cc and Bcc, as written. */
  readonly recipients: readonly string[]
  /** The recipients' bare addresses in lower case. */
  readonly addresses: readonly string[]
  readonly replyTo: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly configurationSet: string | undefined
}

const MAX_RECIPIENTS = 50
const MAX_BYTES = 10 * 1024 * 1024

/**
 * What a SendEmail call of the Query protocol says.
 * Throws `ValidationError` for what is missing, `InvalidParameterValue` for an address or header that SES refuses.
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 */
export function parseSendEmail(form: URLSearchParams): SendEmail {
  for (const member of ['Source', 'Destination', 'Message', 'Message.Subject', 'Message.Subject.Data', 'Message.Body'])
    require(form, member)
  const source = form.get('Source') ?? ''
  const recipients = ['To', 'Cc', 'Bcc'].flatMap((kind) => members(form, `Destination.${kind}Addresses`))
  const replyTo = members(form, 'ReplyToAddresses')
  if (recipients.length === 0) throw invalid("Empty required header 'To'.")
  if (recipients.length > MAX_RECIPIENTS) throw invalid(`Recipient count exceeds ${MAX_RECIPIENTS}.`)
  for (const address of [source, ...replyTo]) bareAddress(address)
  const addresses = recipients.map(bareAddress)

  const subject = content(form, 'Message.Subject')
  if (/[\r\n\0]/.test(subject)) throw invalid("Header 'Subject' contains a line break")
  const text = content(form, 'Message.Body.Text')
  const html = content(form, 'Message.Body.Html')
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(html)
  if (bytes > MAX_BYTES) throw invalid(`Message length is more than ${MAX_BYTES} bytes long: '${bytes}'.`)
  const configurationSet = form.get('ConfigurationSetName') ?? undefined
  return { source, recipients, addresses, replyTo, subject, text, html, configurationSet }
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

const MAILBOX = /^(?:(?:"(?:[^"\\]|\\.)*"|[^"<>,;]*)<(?<angle>[^<>]*)>|(?<bare>[^<>]*))$/

/** The address of a mailbox (`a@b.example`, `Ann <a@b.example>`), in lower case. Refuses what could become a header. */
function bareAddress(mailbox: string): string {
  const { angle, bare } = MAILBOX.exec(mailbox)?.groups ?? {}
  const address = angle ?? bare
  if (address === undefined) throw invalid('Illegal address')
  const at = address.lastIndexOf('@')
  if (at < 0) throw invalid("Missing final '@domain'")
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)]
  if (local === '') throw invalid('Missing local name')
  if (/[\s\p{Cc}]/u.test(local)) throw invalid('Local address contains control or whitespace')
  if (/[^\x21-\x7e]|[()<>,;:\\"[\]@]/.test(local)) throw invalid('Local address contains illegal character')
  if (/^\.|\.\.|\.$/.test(local)) throw invalid('Local address contains a misplaced dot')
  if (domain === '') throw invalid("Missing final '@domain'")
  if (/[\s\p{Cc}]/u.test(domain)) throw invalid('Domain contains control or whitespace')
  if (!/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(domain)) throw invalid('Domain contains illegal character')
  if (domain.includes('..')) throw invalid('Domain contains dot-dot')
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(mailbox)) throw invalid('The name before the address contains control characters')
  return address.toLowerCase()
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message)
