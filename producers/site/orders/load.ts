import * as z from 'zod'
import { getOrder, listOrders, OrderView } from '../../../schemas/orders.ts'
import { cursor } from '../../../schemas/page.ts'
import { session } from '../account/use-session.ts'
import type { Answer } from '../api/call.ts'
import { troubleOf } from '../api/failure.ts'
import type { ReadPage } from '../api/use-list.ts'

export type Order = z.output<typeof OrderView>

const Page = z.object({ orders: z.array(OrderView), cursor })

/** One's own orders, newest first. */
export const readOrders: ReadPage<Order> = async (cursor) => {
  const answer = await session.call(listOrders, cursor === undefined ? {} : { query: { cursor } })
  const { data } = Page.safeParse(answer.body)
  return data ? { items: data.orders, cursor: data.cursor } : { trouble: troubleOf(answer) }
}

/** Asks for an order of one's own. */
export const lookAtOrder = (id: string, signal: AbortSignal): Promise<Answer> =>
  session.call(getOrder, { params: { id }, signal })

/** The order in an answer, if it is one. */
export const orderIn = ({ body }: Answer): Order | undefined => OrderView.safeParse(body).data
