import { linkTo } from '../model/route.ts'
import { type Subscription, shortEndpoint } from '../model/subscription.ts'

/** Where a subscription's messages go, with a link to where they can be seen. */
export function Endpoint({ protocol, endpoint }: Pick<Subscription, 'protocol' | 'endpoint'>) {
  const short = shortEndpoint(endpoint)
  if (protocol === 'lambda') return <a href={linkTo('functions', short)}>{short}</a>
  if (protocol === 'sqs') return <span title={endpoint}>{short}</span>
  return <a href={linkTo('inbox', undefined, { to: endpoint })}>{endpoint}</a>
}
