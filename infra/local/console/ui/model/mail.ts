import * as z from 'zod/mini'

const Mail = z.object({
  id: z.string(),
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  sentAt: z.string(),
})
export type Mail = z.infer<typeof Mail>
export const Mails = z.array(Mail)

/** A mail never changes. */
export const sameMail = (one: Mail, other: Mail): boolean => one.id === other.id
