import * as z from 'zod'
import type { Email, Ses } from '../../engines/ses.ts'
import { Limit, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface EmailDeps {
  readonly ses: Pick<Ses, 'emails'>
}

const Since = z
  .union(
    [
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      z.iso.datetime({ offset: true }).transform(Date.parse),
    ],
    {
      error: 'must be milliseconds since the epoch or an ISO 8601 date and time',
    },
  )
  .exactOptional()

/** The mails that were sent, newest first. */
export const emailRoutes = ({ ses }: EmailDeps): readonly ConsoleRoute[] => [
  route({
    method: 'GET',
    path: '/emails',
    request: z.object({ query: z.object({ to: Word, since: Since, limit: Limit }) }),
    answer: ({ query }) => ses.emails(query).map(emailView),
  }),
]

const emailView = ({ id, to, from, subject, html, text, sentAt }: Email) => ({
  id,
  to: to.join(', '),
  from,
  subject,
  html,
  text,
  sentAt,
})
