import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useList } from '../../api/use-list.ts'
import { orderPage } from '../../orders/addresses.ts'
import { type Order, readOrders } from '../../orders/load.ts'
import { dayAndTime, inShort, money } from '../../orders/words.ts'
import { AccountPage } from '../account-page.tsx'
import { CartIcon } from '../icons.tsx'
import { List } from '../list.tsx'
import { Loading } from '../loading.tsx'
import { LoggedIn } from '../logged-in.tsx'
import { Badge } from './badge.tsx'

/** /orders.html: what one has ordered, newest first. */
export const Orders = () => (
  <LoggedIn
    loading={
      <Page>
        <Loading>Loading your orders…</Loading>
      </Page>
    }
  >
    <Own />
  </LoggedIn>
)

const Page = ({ children }: { readonly children: ReactNode }) => (
  <AccountPage title="My orders" lead="What you have ordered, newest first.">
    {children}
  </AccountPage>
)

function Own() {
  const list = useList(readOrders)
  return (
    <Page>
      {list.items && list.items.length > 0 && (
        <Button component="a" href="/order.html" className="start">
          New order
        </Button>
      )}
      <List
        list={list}
        className="orders"
        what="orders"
        keyOf={({ orderId }) => orderId}
        empty={<Empty />}
        placeholder={
          <p className="watch" aria-hidden="true">
            Loading your orders…
          </p>
        }
      >
        {(order) => <Row order={order} />}
      </List>
    </Page>
  )
}

const Row = ({ order: { orderId, status, items, amount, currency, placedAt } }: { readonly order: Order }) => (
  <article className="order-row">
    <h2>
      <a href={orderPage(orderId)}>{inShort(items)}</a>
    </h2>
    <Badge status={status} />
    <time dateTime={placedAt}>{dayAndTime(placedAt)}</time>
    <strong>{money(amount, currency)}</strong>
  </article>
)

const Empty = () => (
  <section className="card result" data-tone="neutral">
    <span className="badge">
      <CartIcon />
    </span>
    <h2>Nothing ordered yet</h2>
    <p className="lead">What you order stands here, with how far it is.</p>
    <Button component="a" href="/order.html">
      Order something
    </Button>
  </section>
)
