import type { OrderStatus } from '../../../../schemas/orders.ts'
import { STATUS } from '../../orders/words.ts'

/** How far an order is, in a word. */
export const Badge = ({ status }: { readonly status: OrderStatus }) => (
  <span className="status" data-tone={STATUS[status].tone}>
    {STATUS[status].badge}
  </span>
)
