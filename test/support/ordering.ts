import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { catalogue } from '../../schemas/catalogue.ts'
import { OrderView } from '../../schemas/orders.ts'
import { type Account, call } from './account.ts'
import { clientConfig } from './client-config.ts'
import type { RunningCloud } from './cloud.ts'
import { until } from './until.ts'

type Order = z.output<typeof OrderView>
/** A message whose function had no time comes back after 36 seconds; after that, a busy machine wants some more. */
export const PATIENCE_MS = 60_000
const FINAL = ['CONFIRMED', 'FAILED', 'EXPIRED']
const Accepted = z.object({ orderId: z.uuid(), status: z.literal('PENDING') })

/** What is ordered; a number of notebooks is short for an order of nothing else. */
export type Wish = number | Readonly<Record<string, unknown>>

const bodyOf = (wish: Wish) => (typeof wish === 'number' ? { items: [{ sku: 'A-1', qty: wish }] } : wish)

/** Orders through the API; answers the id. */
export async function order(cloud: RunningCloud, { idToken }: Account, wish: Wish, headers = {}): Promise<string> {
  const answer = await call(cloud, 'POST', '/api/orders', { body: bodyOf(wish), token: idToken, headers })
  if (answer.status !== 202) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return Accepted.parse(answer.body).orderId
}

/** The order once it has come to an end. */
export const outcomeOf = (cloud: RunningCloud, { idToken }: Account, orderId: string): Promise<Order> =>
  until(
    async () => {
      const { body } = await call(cloud, 'GET', `/api/orders/${orderId}`, { token: idToken })
      const found = OrderView.parse(body)
      if (!FINAL.includes(found.status)) throw new Error(`The order ${orderId} is ${found.status}`)
      return found
    },
    PATIENCE_MS,
    50,
  )

/**
 * Many orders, once all of them have come to an end. Who waits for many must not ask for each again and again: the cloud
 * would have more to do with the answers than with the orders.
 */
export const outcomesOf = (cloud: RunningCloud, orderIds: readonly string[]): Promise<readonly Order[]> =>
  until(
    async () => {
      const kept = (await itemsOf(cloud, 'orders')).map((item) => OrderView.parse(item))
      const orders = orderIds.flatMap((id) => kept.find(({ orderId }) => orderId === id) ?? [])
      const ended = orders.filter(({ status }) => FINAL.includes(status))
      if (ended.length < orderIds.length) throw new Error(`${ended.length} of ${orderIds.length} orders have ended`)
      return ended
    },
    PATIENCE_MS,
    100,
  )

/** All items of a table. */
async function itemsOf({ endpoint }: RunningCloud, table: string): Promise<readonly Record<string, unknown>[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)))
  const items: Record<string, unknown>[] = []
  for await (const page of paginateScan({ client }, { TableName: `ensemble-dev-${table}`, ConsistentRead: true })) {
    items.push(...(page.Items ?? []))
  }
  client.destroy()
  return items
}

const Stock = z.object({ sku: z.string(), stock: z.int() })
const Payment = z.object({ orderId: z.string(), outcome: z.string(), amount: z.number().optional() })

/** How many there are left of each article, by its sku. */
export async function stockOf(cloud: RunningCloud): Promise<Readonly<Record<string, number>>> {
  const kept = (await itemsOf(cloud, 'inventory')).flatMap((item) => Stock.safeParse(item).data ?? [])
  return Object.fromEntries([...catalogue, ...kept].map(({ sku, stock }) => [sku, stock]))
}

/** What became of each order's payment, by the order's id. */
export async function paymentsIn(cloud: RunningCloud): Promise<ReadonlyMap<string, z.output<typeof Payment>>> {
  const entries = (await itemsOf(cloud, 'payments')).map((item) => Payment.parse(item))
  return new Map(entries.map((entry) => [entry.orderId, entry]))
}
