import { json } from '../../infra/runtime/answers.ts'
import { pageOf } from '../../infra/runtime/page.ts'
import { route } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { listOrders, OrderRecord, OrderView } from '../../schemas/orders.ts'

export const handler = route(listOrders, async (input) => {
  const { userId } = userOf(input)
  const { items, ...cursor } = await pageOf(
    {
      name: [listOrders.name, userId],
      table: 'orders',
      index: 'byUser',
      partition: ['userId', userId],
      backwards: true,
      position: OrderRecord.pick({ orderId: true, placedAt: true }),
    },
    input.query,
  )
  return json(200, { orders: OrderView.array().parse(items), ...cursor })
})
