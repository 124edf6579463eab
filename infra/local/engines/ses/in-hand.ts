import { hash } from 'node:crypto'
import * as z from 'zod'
import type { Attempt, Attempts } from '../attempts.ts'
import type { CloudContext } from '../engine.ts'
import type { OutgoingEmail } from './email.ts'

type Content = Omit<OutgoingEmail, 'configurationSet'>

interface InHand {
  /**
   * The id of this mail, if an attempt that died with the cloud has sent it for something that this one is about, too;
   * `undefined` if none has. Each is recognized once.
   */
  readonly sentBefore: (attempt: Attempt, content: Content) => string | undefined
  /** Notes what an attempt has sent, until it ends. To be called in the transaction that keeps the mail. */
  readonly note: (attempt: Attempt, content: Content, id: string) => void
}

const Left = z.object({
  id: z.string(),
  digest: z.string(),
  about: z.string().transform((json) => z.array(z.string()).parse(JSON.parse(json))),
})

/** SQS keeps no message for longer. */
const LONGEST_MS = 14 * 86_400_000

/**
 * The mails of functions that are at work. A SIGKILL ends functions, queues and SES in one moment, as nothing on AWS ever
 * does: a mail may have been sent then, and its consumer has not noted it yet. When its event is handed out again, the
 * mail that is sent again for it is the one that was sent before. An attempt that ended in any other way, also by
 * failing, is not looked at: what is repeated after it is mailed again, here as there.
 */
export function openInHand({ database, now, siteUrl, endpoint }: CloudContext, attempts: Attempts): InHand {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ses_in_hand (
      id TEXT PRIMARY KEY, attempt TEXT NOT NULL, about TEXT NOT NULL, digest TEXT NOT NULL, sent_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ses_in_hand_by_attempt ON ses_in_hand (attempt);
  `)
  database.prepare('DELETE FROM ses_in_hand WHERE sent_at < ?').run(now() - LONGEST_MS)
  let left = Left.array().parse(database.prepare('SELECT id, digest, about FROM ses_in_hand').all())
  const insert = database.prepare('INSERT OR REPLACE INTO ses_in_hand VALUES (?, ?, ?, ?, ?)')
  const updateAbout = database.prepare('UPDATE ses_in_hand SET about = ? WHERE id = ?')
  const drop = database.prepare('DELETE FROM ses_in_hand WHERE id = ?')
  const dropAll = database.prepare('DELETE FROM ses_in_hand WHERE attempt = ?')
  const senders = new Set<string>()

  /** Links may lead to another port than before the kill. */
  const digestOf = ({ source, recipients, replyTo, subject, text, html }: Content): string => {
    const content = JSON.stringify([source, recipients, replyTo, subject, text, html])
    return hash('sha256', content.replaceAll(siteUrl, 'site:').replaceAll(endpoint, 'aws:'))
  }

  function keep({ id: attempt, about }: Attempt, digest: string, id: string): void {
    insert.run(id, attempt, JSON.stringify(about), digest, now())
    senders.add(attempt)
  }

  /** What is done is not sent again by itself; if it is on somebody's wish, in a rerun, that is another mail. */
  function forget(done: readonly string[]): void {
    left = left.flatMap((mail) => {
      const about = mail.about.filter((each) => !done.includes(each))
      if (about.length === mail.about.length) return [mail]
      if (about.length > 0) updateAbout.run(JSON.stringify(about), mail.id)
      else drop.run(mail.id)
      return about.length > 0 ? [{ ...mail, about }] : []
    })
  }

  attempts.onEnd(({ id }, done) => {
    if (senders.delete(id)) dropAll.run(id)
    if (left.length > 0) forget(done)
  })

  return {
    sentBefore(attempt, content) {
      if (left.length === 0) return undefined
      const digest = digestOf(content)
      const mail = left.find((each) => each.digest === digest && each.about.some((id) => attempt.about.includes(id)))
      if (!mail) return undefined
      left = left.filter((each) => each !== mail)
      // Another kill may come before this attempt ends.
      keep(attempt, digest, mail.id)
      return mail.id
    },
    note: (attempt, content, id) => keep(attempt, digestOf(content), id),
  }
}
