import { AwsError } from '../engine.ts'
import { mailboxesIn, parseMime } from './mime.ts'

/** A mail that somebody wants to send. */
export interface Draft {
  readonly source: string
  /** To, Cc and Bcc, as written. */
  readonly recipients: readonly string[]
  readonly replyTo: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly configurationSet: string | undefined
}

/** One that SES takes. */
export interface OutgoingEmail extends Draft {
  /** The recipients' bare addresses in lower case. */
  readonly addresses: readonly string[]
}

const MAX_RECIPIENTS = 50
const MAX_BYTES = 10 * 1024 * 1024

/** Throws `InvalidParameterValue` for an address or a header that SES refuses. */
export function checkEmail(draft: Draft): OutgoingEmail {
  const { source, recipients, replyTo, subject, text, html } = draft
  if (recipients.length === 0) throw invalid("Empty required header 'To'.")
  if (recipients.length > MAX_RECIPIENTS) throw invalid(`Recipient count exceeds ${MAX_RECIPIENTS}.`)
  for (const address of [source, ...replyTo]) bareAddress(address)
  const addresses = recipients.map(bareAddress)
  if (/[\r\n\0]/.test(subject)) throw invalid("Header 'Subject' contains a line break")
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(html)
  if (bytes > MAX_BYTES) throw invalid(`Message length is more than ${MAX_BYTES} bytes long: '${bytes}'.`)
  return { ...draft, addresses }
}

/** What an API call says beside the message itself, and instead of its headers. */
interface RawEnvelope {
  /** In base64. */
  readonly data: string
  readonly source: string | undefined
  readonly recipients: readonly string[]
  readonly configurationSet: string | undefined
}

/** A mail that was sent as an Internet message. https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html */
export function checkRawEmail({ data, source, recipients, configurationSet }: RawEnvelope): OutgoingEmail {
  const { headers, text, html } = parseMime(Buffer.from(data, 'base64'))
  const from = source ?? headers.get('from')
  if (from === undefined) throw invalid("Missing required header 'From'.")
  const named = ['to', 'cc', 'bcc'].flatMap((name) => mailboxesIn(headers.get(name)))
  return checkEmail({
    source: from,
    recipients: recipients.length > 0 ? recipients : named,
    replyTo: mailboxesIn(headers.get('reply-to')),
    subject: headers.get('subject') ?? '',
    text,
    html,
    configurationSet,
  })
}

const MAILBOX = /^(?:(?:"(?:[^"\\]|\\.)*"\s*|[^"<>,;]*)<(?<angle>[^<>]*)>|(?<bare>[^<>]*))$/

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

/** A mail that SES does not take. */
export const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message)
