import { json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { produce } from '../infra/runtime/produce.ts'
import { emailOf, userOf } from '../infra/runtime/user.ts'
import { CURRENCY, priceOf } from '../schemas/catalogue.ts'
import { OrderPlaced, placeOrder } from '../schemas/orders.ts'

export const handler = produce(placeOrder, async (input, emit) => {
  const user = userOf(input)
  const { userId } = user
  const { items, amount = priceOf(items), paymentMethod } = input.body
  const orderId = newId('order', userId, input.idempotencyKey)
  const order = { orderId, userId, email: await emailOf(user), items, amount, currency: CURRENCY, paymentMethod }
  await emit(OrderPlaced, order, orderId)
  return json(202, { orderId, status: 'PENDING' }, { location: `/api/orders/${orderId}` })
})
