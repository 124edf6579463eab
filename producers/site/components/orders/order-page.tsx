import { Button } from '@mantine/core'
import { useEffect, useReducer, useState } from 'react'
import { orderAt, orderPage } from '../../orders/addresses.ts'
import { follow, type Sight } from '../../orders/follow.ts'
import { lookAtOrder } from '../../orders/load.ts'
import { AccountPage } from '../account-page.tsx'
import { CartIcon, ClockIcon } from '../icons.tsx'
import { Loading } from '../loading.tsx'
import { LoggedIn } from '../logged-in.tsx'
import { Notice } from '../notice.tsx'
import { Result } from '../result.tsx'
import { OrderView } from './order-view.tsx'

const INTRO = { title: 'Your order', lead: 'How far it is, step by step.' }

/** /order-status.html?id=: an order, followed until it has come to an end. */
export function OrderPage() {
  const [round, lookAgain] = useReducer((round: number) => round + 1, 0)
  return (
    <LoggedIn
      loading={
        <AccountPage {...INTRO}>
          <Loading>Looking for your order…</Loading>
        </AccountPage>
      }
    >
      <Followed key={round} onLookAgain={lookAgain} />
    </LoggedIn>
  )
}

function Followed({ onLookAgain }: { readonly onLookAgain: () => void }) {
  const [{ id, isNew }] = useState(() => orderAt(window.location))
  const [{ order, isMissing, isOver = false, trouble }, setSight] = useState<Sight>({})
  useEffect(() => {
    const watch = new AbortController()
    const { signal } = watch
    follow({ look: () => lookAtOrder(id, signal), isNew, signal, show: setSight })
    return () => watch.abort()
  }, [id, isNew])

  const isSeen = order !== undefined
  useEffect(() => {
    // There is a record now, so the address need not say that there may be none.
    if (isSeen) window.history.replaceState(null, '', orderPage(id))
  }, [isSeen, id])

  if (order)
    return <OrderView order={order} isOver={isOver} isStale={trouble !== undefined} onLookAgain={onLookAgain} />
  if (isMissing) return isOver ? <Late onLookAgain={onLookAgain} /> : <Missing />
  return (
    <AccountPage {...INTRO}>
      {trouble && <Notice {...trouble} />}
      <Loading>{trouble ? 'Trying again…' : 'Looking for your order…'}</Loading>
    </AccountPage>
  )
}

const Missing = () => (
  <Result icon={<CartIcon />} tone="neutral" title="You have no such order" isNews>
    <p className="lead">The address may be mistyped, or the order may be somebody else's.</p>
    <Button component="a" href="/orders.html">
      My orders
    </Button>
  </Result>
)

const Late = ({ onLookAgain }: { readonly onLookAgain: () => void }) => (
  <Result icon={<ClockIcon />} tone="neutral" title="This takes longer than usual" isNews>
    <p className="lead">Your order is accepted, and nothing of it is lost. You will see it here in a while.</p>
    <Button onClick={onLookAgain}>Look again</Button>
  </Result>
)
