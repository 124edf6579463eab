import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { transactions } from '../database.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { AwsError, type AwsRequest, type CloudContext, type Engine, resourceType } from './engine.ts'
import { physicalName } from './physical-name.ts'
import { type Action, element, queryService } from './query-service.ts'
import type { OutgoingEmail } from './ses/email.ts'
import { openInHand } from './ses/in-hand.ts'
import { parseSendEmail, parseSendRawEmail } from './ses/send-email.ts'
import { sesV2 } from './ses/v2.ts'

/** A mail that was accepted for delivery. */
export interface Email {
  readonly id: string
  /** Everybody who gets it, as the sender wrote them: To, then Cc, then Bcc. */
  readonly to: readonly string[]
  readonly from: string
  readonly replyTo: readonly string[]
  readonly subject: string
  readonly html: string
  readonly text: string
  /** ISO 8601. */
  readonly sentAt: string
}

interface EmailFilter {
  /** A recipient's address, in any case. */
  readonly to?: string
  /** Sent at this time or later, in milliseconds since the epoch. */
  readonly since?: number
  readonly limit?: number
}

export interface Ses extends Engine {
  /** What was sent, newest first. */
  readonly emails: (filter?: EmailFilter) => readonly Email[]
  /** Calls the listener after each mail, when it is on disk. Returns unsubscribe. */
  readonly onEmail: (listener: () => void) => () => void
  /**
   * Keeps a mail that another service sends, in its transaction if it is in one. Answers the message's id. `request` is
   * the call that sends it, if one does.
   */
  readonly send: (mail: Mail, request?: Call) => string
}

type Call = Pick<AwsRequest, 'headers'>

/** Its addresses are taken as they are: whoever sends it has checked them. */
export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly replyTo?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

const NAMESPACE = 'http://ses.amazonaws.com/doc/2010-12-01/'
const DAY = 86_400_000
/** As long as the archive keeps the events that they were sent for. */
const KEPT_DAYS = 90
const ignored = z.unknown().optional()

const Row = z.object({
  id: z.string(),
  recipients: z.string().transform((json) => z.array(z.string()).parse(JSON.parse(json))),
  source: z.string(),
  reply_to: z.string().transform((json) => z.array(z.string()).parse(JSON.parse(json))),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  sent_at: z.number(),
})

/**
 * SES: keeps every mail, for 90 days, instead of delivering it. Senders need not be verified, there being nobody to annoy.
 * https://docs.aws.amazon.com/ses/latest/APIReference/Welcome.html
 */
export function createSes(context: CloudContext, attempts: Attempts = createAttempts()): Ses {
  const { database, now } = context
  // The triggers make a mail and its recipients one write.
  database.exec(`
    CREATE TABLE IF NOT EXISTS ses_emails (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, sent_at INTEGER NOT NULL, source TEXT NOT NULL,
      recipients TEXT NOT NULL, addresses TEXT NOT NULL, reply_to TEXT NOT NULL,
      subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS ses_emails_by_time ON ses_emails (sent_at);
    CREATE TABLE IF NOT EXISTS ses_recipients (
      address TEXT NOT NULL, email INTEGER NOT NULL, PRIMARY KEY (address, email)
    ) WITHOUT ROWID;
    CREATE TRIGGER IF NOT EXISTS ses_email_recipients AFTER INSERT ON ses_emails BEGIN
      INSERT OR IGNORE INTO ses_recipients SELECT value, NEW.seq FROM json_each(NEW.addresses);
    END;
    CREATE TRIGGER IF NOT EXISTS ses_no_email_no_recipients AFTER DELETE ON ses_emails BEGIN
      DELETE FROM ses_recipients WHERE email = OLD.seq AND address IN (SELECT value FROM json_each(OLD.addresses));
    END;
  `)
  database.prepare('DELETE FROM ses_emails WHERE sent_at < ?').run(now() - KEPT_DAYS * DAY)
  const insert = database.prepare(
    'INSERT INTO ses_emails (id, sent_at, source, recipients, addresses, reply_to, subject, text, html) VALUES (?,?,?,?,?,?,?,?,?)',
  )
  const columns = 'id, recipients, source, reply_to, subject, html, text, sent_at'
  const newest = database.prepare(`SELECT ${columns} FROM ses_emails WHERE sent_at >= ? ORDER BY seq DESC LIMIT ?`)
  const newestTo = database.prepare(
    `SELECT ${columns} FROM ses_recipients JOIN ses_emails ON seq = email
     WHERE address = ? AND sent_at >= ? ORDER BY email DESC LIMIT ?`,
  )
  const recipientsSince = database.prepare(
    'SELECT coalesce(sum(json_array_length(recipients)), 0) AS count FROM ses_emails WHERE sent_at > ?',
  )
  const transaction = transactions(database)
  const inHand = openInHand(context, attempts)
  const identities = new Set<string>()
  const configurationSets = new Set<string>()
  const listeners = new Set<() => void>()

  /** Of what an attempt sends again that died with the cloud, there is one mail. */
  function keep(email: Omit<OutgoingEmail, 'configurationSet'>, request: Call | undefined): string {
    const attempt = request && attempts.of(request.headers)
    if (!attempt) return add(email)
    const before = inHand.sentBefore(attempt, email)
    if (before !== undefined) return before
    return transaction(() => {
      const id = add(email)
      inHand.note(attempt, email, id)
      return id
    })
  }

  function add(email: Omit<OutgoingEmail, 'configurationSet'>): string {
    const id = `${Math.floor(now()).toString(16).padStart(16, '0')}-${randomUUID()}-000000`
    insert.run(
      id,
      now(),
      email.source,
      JSON.stringify(email.recipients),
      JSON.stringify(email.addresses),
      JSON.stringify(email.replyTo),
      email.subject,
      email.text,
      email.html,
    )
    // By then it is on disk: the transaction, if whoever sends it is in one, is over.
    queueMicrotask(() => {
      for (const listener of listeners) listener()
    })
    return id
  }

  function send(email: OutgoingEmail, request: Call): string {
    const { configurationSet: name } = email
    if (name === undefined || configurationSets.has(name)) return keep(email, request)
    throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${name}> does not exist.`)
  }

  const actions: Readonly<Record<string, Action>> = {
    SendEmail(form, request) {
      return element('MessageId', send(parseSendEmail(form), request))
    },
    SendRawEmail(form, request) {
      return element('MessageId', send(parseSendRawEmail(form), request))
    },
    GetSendQuota() {
      const { count } = z.object({ count: z.number() }).parse(recipientsSince.get(now() - DAY))
      // -1 is SES's own word for unlimited.
      return element('Max24HourSend', '-1') + element('MaxSendRate', '-1') + element('SentLast24Hours', String(count))
    },
    ListIdentities() {
      const members = [...identities].map((identity) => element('member', identity))
      return `<Identities>${members.join('')}</Identities>`
    },
  }

  // Two APIs of one name, told apart by their paths.
  const v1 = queryService(NAMESPACE, actions)
  const v2 = sesV2(send)

  return {
    resources: {
      'AWS::SES::EmailIdentity': resourceType({
        properties: z.strictObject({
          EmailIdentity: z.string(),
          // How mail leaves the machine, which it never does.
          ConfigurationSetAttributes: ignored,
          DkimAttributes: ignored,
          DkimSigningAttributes: ignored,
          FeedbackAttributes: ignored,
          MailFromAttributes: ignored,
          Tags: ignored,
        }),
        provision: ({ properties: { EmailIdentity } }) => {
          identities.add(EmailIdentity)
          return { ref: EmailIdentity }
        },
      }),
      'AWS::SES::ConfigurationSet': resourceType({
        properties: z.strictObject({
          Name: z.string().optional(),
          // About bounces, reputation and opened mails, of which there are none here.
          DeliveryOptions: ignored,
          ReputationOptions: ignored,
          SendingOptions: ignored,
          SuppressionOptions: ignored,
          TrackingOptions: ignored,
          VdmOptions: ignored,
          Tags: ignored,
        }),
        provision: (resource) => {
          const name = resource.properties.Name ?? physicalName(resource, 64)
          configurationSets.add(name)
          return { ref: name }
        },
      }),
    },
    services: { ses: (request) => (request.url.startsWith('/v2/') ? v2(request) : v1(request)) },
    emails: ({ to, since = 0, limit = -1 } = {}) => {
      const rows = to === undefined ? newest.all(since, limit) : newestTo.all(to.toLowerCase(), since, limit)
      return rows.map(toEmail)
    },
    onEmail: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send: ({ from, to, ...content }, request) =>
      keep(
        { source: from, recipients: to, addresses: to.map((each) => each.toLowerCase()), replyTo: [], ...content },
        request,
      ),
  }
}

function toEmail(row: unknown): Email {
  const { id, recipients, source, reply_to, subject, html, text, sent_at } = Row.parse(row)
  return {
    id,
    to: recipients,
    from: source,
    replyTo: reply_to,
    subject,
    html,
    text,
    sentAt: new Date(sent_at).toISOString(),
  }
}
