import { Button } from '@mantine/core'
import { formWith } from '../../orders/addresses.ts'
import type { Order } from '../../orders/load.ts'
import { pathOf } from '../../orders/progress.ts'
import { explain } from '../../orders/reasons.ts'
import { dayAndTime, STATUS } from '../../orders/words.ts'
import { Heading } from '../heading.tsx'
import { WarningIcon } from '../icons.tsx'
import { Badge } from './badge.tsx'
import { Bill } from './bill.tsx'
import { History } from './history.tsx'
import { Picture } from './picture.tsx'

interface Props {
  readonly order: Order
  /** It is not followed any more, though it has not come to an end. */
  readonly isOver: boolean
  /** The last look at it failed. */
  readonly isStale: boolean
  readonly onLookAgain: () => void
}

/** All there is to see of an order. */
export function OrderView({ order, isOver, isStale, onLookAgain }: Props) {
  const { status, items, placedAt } = order
  const path = pathOf(order)
  const explanation = explain(order)
  return (
    <div className="order-page">
      <div className="intro">
        <Heading>Your order</Heading>
        <p className="placed">
          <Badge status={status} />
          <span>
            Placed <time dateTime={placedAt}>{dayAndTime(placedAt)}</time>
          </span>
        </p>
      </div>
      {/* Read out as it changes. */}
      <div className="news" role="status">
        <p className="lead">{STATUS[status].now}</p>
        {explanation && (
          <div className="notice">
            <WarningIcon />
            <div>
              <strong>{explanation.title}</strong>
              <p>{explanation.text}</p>
            </div>
          </div>
        )}
        {isStale && <p className="aside">We cannot reach the server, so this may be out of date. Trying again…</p>}
        {isOver && <p className="aside">This page has stopped looking. The order goes on all the same.</p>}
      </div>
      {isOver && (
        <div className="actions">
          <Button variant="default" onClick={onLookAgain}>
            Look again
          </Button>
        </div>
      )}
      <Picture path={path} />
      <div className="split">
        <History path={path} />
        <Bill order={order}>
          <div className="actions">
            <Button component="a" href={formWith(items)}>
              Order again
            </Button>
            <Button component="a" href="/orders.html" variant="default">
              My orders
            </Button>
          </div>
        </Bill>
      </div>
    </div>
  )
}
