import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { v4 } from 'uuid'
import { CURRENCY, catalogue } from '../../../../schemas/catalogue.ts'
import type { Failure } from '../../api/failure.ts'
import { draftIn, formWith, newOrderPage, orderPage } from '../../orders/addresses.ts'
import { itemsOf, place, type Quantities, QuantitiesAsTyped, totalOf } from '../../orders/place.ts'
import { money } from '../../orders/words.ts'
import { AccountPage } from '../account-page.tsx'
import { Form } from '../form.tsx'
import { CheckIcon } from '../icons.tsx'
import { Loading } from '../loading.tsx'
import { LoggedIn } from '../logged-in.tsx'
import { Result } from '../result.tsx'
import { ArticleRow } from './article-row.tsx'
import { Cards } from './cards.tsx'

const INTRO = { title: 'New order', lead: 'Choose what you want, and how to pay.' }

/** /order.html; the query says what is in the form at first. */
export const NewOrder = () => (
  <LoggedIn
    loading={
      <AccountPage {...INTRO}>
        <Loading>Loading what is for sale…</Loading>
      </AccountPage>
    }
  >
    <OrderForm />
  </LoggedIn>
)

function OrderForm() {
  const [draft] = useState(() => draftIn(window.location.search))
  const [typed, setTyped] = useState(draft.typed)
  const [paymentMethod, setPaymentMethod] = useState(draft.paymentMethod)
  const [orderId, setOrderId] = useState<string>()
  // A form is one order, however often it is sent.
  const key = useRef(v4())

  const send = async (quantities: Quantities): Promise<Failure | undefined> => {
    const items = itemsOf(quantities)
    // Whoever has to log in first, or comes back to this page, finds it filled in.
    window.history.replaceState(null, '', formWith(items, paymentMethod))
    const outcome = await place(items, paymentMethod, key.current)
    if (!('orderId' in outcome)) return outcome
    setOrderId(outcome.orderId)
    window.location.assign(newOrderPage(outcome.orderId))
    return undefined
  }

  if (orderId !== undefined) return <Placed orderId={orderId} />
  return (
    <AccountPage
      {...INTRO}
      aside={
        <p>
          You have ordered before? <a href="/orders.html">My orders</a>
        </p>
      }
    >
      <Form
        schema={QuantitiesAsTyped}
        label="New order"
        submit="Place order"
        busy="Placing your order…"
        className="card"
        send={send}
      >
        {(field) => {
          const { error, onChange } = field('items')
          return (
            <>
              <ul className="articles" aria-label="Articles">
                {catalogue.map((article) => {
                  const { sku } = article
                  const input = field(sku)
                  const type = (qty: string) => {
                    setTyped((typed) => ({ ...typed, [sku]: qty }))
                    input.onChange()
                    onChange()
                  }
                  return <ArticleRow key={sku} article={article} typed={typed[sku] ?? ''} onType={type} input={input} />
                })}
              </ul>
              <Cards chosen={paymentMethod} onChoose={setPaymentMethod} />
              <p className="total">
                Total <output>{money(totalOf(typed), CURRENCY)}</output>
              </p>
              <p className="wrong" role="alert">
                {error}
              </p>
            </>
          )
        }}
      </Form>
    </AccountPage>
  )
}

/** On the way to the order's page, and for whoever comes back from it: nothing of the form can be sent again. */
const Placed = ({ orderId }: { readonly orderId: string }) => (
  <Result icon={<CheckIcon />} tone="good" title="Your order is placed" isNews>
    <p className="lead">Its page shows how far it is.</p>
    <div className="actions">
      <Button component="a" href={orderPage(orderId)}>
        See the order
      </Button>
      <Button component="a" href="/order.html" variant="default">
        Order something else
      </Button>
    </div>
  </Result>
)
