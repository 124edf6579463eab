import * as z from 'zod'
import type { ConsumerFolder, Context, Emitter } from '../../../infra/contracts.ts'
import { defineConsumer } from '../../../infra/runtime/consumer.ts'
import { defineEvent } from '../../../schemas/event.ts'
import { defineRoute } from '../../../schemas/route.ts'

// Contracts of a shop that is made up, with whatever ours may have.

const context = 'orders'
const orderId = z.uuid()
const example = { orderId: '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17' }
const data = z.strictObject({ orderId })
const event = { context, version: 1, summary: 'Something happened.', data, example } as const

export const Placed = defineEvent({ ...event, name: 'OrderPlaced' })
export const PlacedAgain = defineEvent({ ...event, name: 'OrderPlaced', version: 2 })
export const Paid = defineEvent({ ...event, name: 'OrderPaid' })
export const Shipped = defineEvent({ ...event, name: 'OrderShipped' })
export const Expired = defineEvent({ ...event, name: 'OrderExpired' })

const body = z.object({
  items: z
    .array(z.object({ sku: z.string().min(1), qty: z.int().min(1).max(99) }))
    .min(1)
    .max(50),
  note: z.string().optional(),
})

export const placeOrder = defineRoute({
  name: 'place-order',
  method: 'POST',
  path: '/api/orders',
  summary: 'Places an order.',
  auth: 'token',
  body,
  example: { items: [{ sku: "it's-1", qty: 2 }] },
  emits: [Placed, PlacedAgain],
  responses: { 202: { summary: 'Accepted.', body: z.object({ orderId }), example } },
})
const list = {
  method: 'GET',
  summary: 'The orders of whoever asks.',
  auth: 'token',
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(10), cursor: z.string().optional() }),
  responses: { 200: { summary: 'A page of them.', body: z.object({ orders: z.array(z.object({ orderId })) }) } },
} as const
export const listOrders = defineRoute({ ...list, name: 'list-orders', path: '/api/orders' })
export const oldListOrders = defineRoute({
  ...list,
  name: 'get-orders',
  path: '/api/get-orders',
  deprecated: { since: '2027-01-15', successor: '/api/orders' },
})
export const cancelOrder = defineRoute({
  name: 'cancel-order',
  method: 'DELETE',
  path: '/api/orders/{id}',
  summary: 'Cancels an order.',
  params: { id: { summary: 'The `orderId`.', example: example.orderId } },
  emits: [Expired],
  responses: { 202: { summary: 'Accepted.' }, 404: { summary: 'No such order.' } },
})
const rest = defineRoute({ name: 'rest', method: 'ANY', path: '$default', summary: '', responses: {} })

const consumerOf = (name: string, declaration: ConsumerFolder['declaration']): ConsumerFolder => ({
  name,
  declaration,
  functions: [],
  infrastructure: undefined,
})

export const events = [Placed, PlacedAgain, Paid, Shipped, Expired]
const routes = [placeOrder, listOrders, oldListOrders, cancelOrder, rest]
export const contexts: readonly Context[] = [{ name: context, events, routes }]
export const consumers: readonly ConsumerFolder[] = [
  consumerOf('take-money', defineConsumer({ does: 'Takes the money.', events: [Placed, PlacedAgain], emits: [Paid] })),
  consumerOf('ship', defineConsumer({ does: 'Ships.', events: [Paid], emits: [Shipped] })),
  consumerOf('tell', defineConsumer({ does: 'Tells the customer.', events: [Placed, Paid, Shipped, Expired] })),
]
export const emitters: readonly Emitter[] = [
  {
    name: 'place-order',
    kind: 'route',
    title: 'POST /api/orders',
    does: 'Places an order.',
    emits: [Placed, PlacedAgain],
  },
  { name: 'cancel-order', kind: 'route', title: 'DELETE /api/orders/{id}', does: 'Cancels.', emits: [Expired] },
  { name: 'take-money', kind: 'consumer', title: 'take-money', does: 'Takes the money.', emits: [Paid] },
  { name: 'ship', kind: 'consumer', title: 'ship', does: 'Ships.', emits: [Shipped] },
  { name: 'clean-up', kind: 'function', title: 'clean-up', does: 'Cleans up.', emits: [Expired] },
]
