import type { ReactNode } from 'react'
import { articleOf, priceOf } from '../../../../schemas/catalogue.ts'
import type { Order } from '../../orders/load.ts'
import { money, titleOf } from '../../orders/words.ts'

/** What was ordered, and for how much. Under it `children`. */
export const Bill = ({ order, children }: { readonly order: Order; readonly children: ReactNode }) => {
  const { items, amount, currency } = order
  // What it cost then is known of all together only: of each, if today's prices are those of then.
  const isPriced = items.every(({ sku }) => articleOf(sku)) && priceOf(items) === amount
  return (
    <section className="card facts" aria-labelledby="bill-title">
      <h2 id="bill-title">What you ordered</h2>
      <table className="bill">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Article</th>
            <th scope="col">Price</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.sku}>
              <th scope="row">
                {item.qty} × {titleOf(item.sku)}
              </th>
              <td>{isPriced && money(priceOf([item]), currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td>{money(amount, currency)}</td>
          </tr>
        </tfoot>
      </table>
      {children}
    </section>
  )
}
