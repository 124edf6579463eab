import { linkTo } from '../model/route.ts'
import type { Subscription } from '../model/subscription.ts'
import { Endpoint } from './endpoint.tsx'
import styles from './subscriptions.module.css'
import { Tag } from './tag.tsx'

interface SubscriptionsProps {
  readonly subscriptions: readonly Subscription[]
  /** Say of each to which topic it is. */
  readonly withTopic?: boolean
}

/** Who gets what of topics; of what nobody has confirmed, the mail that asks for it. */
export function Subscriptions({ subscriptions, withTopic = false }: SubscriptionsProps) {
  return (
    <ul className={styles.list}>
      {subscriptions.map((subscription) => (
        <li key={subscription.arn}>
          <p className={styles.what}>
            <span className={styles.protocol}>{subscription.protocol}</span>
            <b>
              <Endpoint {...subscription} />
            </b>
            {withTopic && <a href={linkTo('topics', subscription.topic)}>{subscription.topic}</a>}
            <Tag tone={subscription.isConfirmed ? 'good' : 'warning'}>
              {subscription.isConfirmed ? 'confirmed' : 'pending'}
            </Tag>
            {subscription.isRaw && <Tag>raw</Tag>}
            {subscription.confirmationMailId !== undefined && (
              <a href={linkTo('inbox', subscription.confirmationMailId, { to: subscription.endpoint })}>
                Confirmation mail
              </a>
            )}
          </p>
          <p className={styles.filter}>
            {subscription.filterPolicy === undefined ? (
              'Takes every message'
            ) : (
              <>
                {subscription.filterPolicyScope === 'MessageBody' ? 'Body' : 'Attributes'} like{' '}
                <code>{subscription.filterPolicy}</code>
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}
