import type { Ses } from '../engines/ses.ts'
import type { SubscriptionSummary } from '../engines/sns/desk.ts'
import { isConfirmationMail } from '../engines/sns/mails.ts'

/** Its address has got that many others since, at most. */
const MAILS = 50

/** A subscription for a page: with the topic's name and, while nobody has confirmed it, the mail that asks for that. */
export const subscriptionView = ({ topicArn, ...subscription }: SubscriptionSummary, ses: Pick<Ses, 'emails'>) => ({
  ...subscription,
  topic: topicArn.split(':').at(-1) ?? topicArn,
  confirmationMailId: subscription.isConfirmed
    ? undefined
    : ses.emails({ to: subscription.endpoint, limit: MAILS }).find((mail) => isConfirmationMail(mail, topicArn))?.id,
})
