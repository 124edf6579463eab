import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { HttpError, json } from '../../infra/runtime/answers.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { route } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { getOrder, OrderRecord, OrderView } from '../../schemas/orders.ts'

export const handler = route(getOrder, async (input) => {
  const { userId } = userOf(input)
  const order = await find(input.path.id)
  // Somebody else's is none that the caller would be told of.
  if (order?.userId !== userId) throw new HttpError(404, 'You have no such order')
  return json(200, OrderView.parse(order))
})

async function find(id: string | undefined): Promise<OrderRecord | undefined> {
  // DynamoDB refuses some texts as a key, and what is no id of ours is not there anyway.
  const orderId = OrderView.shape.orderId.safeParse(id).data
  if (!orderId) return undefined
  // Whoever follows an order must not see it go back.
  const { Item: item } = await records.send(
    new GetCommand({ TableName: names.table('orders'), Key: { orderId }, ConsistentRead: true }),
  )
  return item && OrderRecord.parse(item)
}
