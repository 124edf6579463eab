import * as z from 'zod'
import { articleOf, CURRENCY } from './catalogue.ts'
import { defineEvent } from './event.ts'
import { Email } from './fields.ts'
import { cursor, PageQuery } from './page.ts'
import { defineRoute } from './route.ts'

const context = 'orders'
const orderId = z.uuid()
const userId = z.uuid()
const exampleId = '3f9b6d0e-2c47-5b1a-8e90-6a7d1c5f4b23'
const exampleUserId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'

const Item = z.object({
  sku: z
    .string('Required')
    .min(1, 'Required')
    .max(64, 'At most 64 characters')
    .describe('An article of the catalogue.'),
  qty: z.int('Must be a whole number').min(1, 'At least 1').max(1000, 'At most 1000'),
})
const items = z.array(Item, 'Required').min(1, 'At least one article').max(50, 'At most 50 articles')
/** Not by `multipleOf`: who checks that with floating-point numbers refuses 19.99. */
const amount = z
  .number('Must be a number')
  .min(0, 'Must not be negative')
  .max(1_000_000_000, 'At most 1000000000')
  .refine((value) => Number(value.toFixed(2)) === value, 'At most two decimals')
const currency = z.string().regex(/^[A-Z]{3}$/)

/** Of the sandbox: it works, it is declined, or it fails twice and then works. */
const PaymentMethod = z.enum(['card_ok', 'card_declined', 'card_flaky'])

export const OrderPlaced = defineEvent({
  name: 'OrderPlaced',
  context,
  version: 1,
  summary: 'A user ordered something; nothing is checked yet but its form.',
  data: z.strictObject({ orderId, userId, email: Email, items, amount, currency, paymentMethod: PaymentMethod }),
  example: {
    orderId: exampleId,
    userId: exampleUserId,
    email: 'ada@example.com',
    items: [{ sku: 'A-1', qty: 2 }],
    amount: 42.5,
    currency: CURRENCY,
    paymentMethod: 'card_ok',
  },
})

export const OrderConfirmed = defineEvent({
  name: 'OrderConfirmed',
  context,
  version: 1,
  summary: 'An order is reserved and paid.',
  data: z.strictObject({ orderId, userId, email: Email, amount }),
  example: { orderId: exampleId, userId: exampleUserId, email: 'ada@example.com', amount: 42.5 },
})

export const OrderFailed = defineEvent({
  name: 'OrderFailed',
  context,
  version: 1,
  summary: 'An order came to nothing, and whatever had been done for it is undone.',
  data: z.strictObject({ orderId, userId, email: Email, amount, reason: z.string().min(1).max(200) }),
  example: {
    orderId: exampleId,
    userId: exampleUserId,
    email: 'ada@example.com',
    amount: 42.5,
    reason: 'The card was declined',
  },
})

export const OrderExpired = defineEvent({
  name: 'OrderExpired',
  context,
  version: 1,
  summary: 'An order stayed pending for too long and is given up.',
  data: z.strictObject({ orderId, userId }),
  example: { orderId: exampleId, userId: exampleUserId },
})

/** How far an order is; each but the last two follows the one before it. */
export const OrderStatus = z.enum(['PENDING', 'VALIDATED', 'RESERVED', 'CHARGED', 'CONFIRMED', 'FAILED', 'EXPIRED'])
export type OrderStatus = z.infer<typeof OrderStatus>

export const OrderForm = z.object({
  items: items.superRefine((given, context) => {
    const seen = new Set<string>()
    for (const [index, { sku }] of given.entries()) {
      const complain = (message: string) => context.addIssue({ code: 'custom', path: [index, 'sku'], message })
      if (!articleOf(sku)) complain('There is no such article')
      else if (seen.has(sku)) complain('Named twice: add up the quantities')
      seen.add(sku)
    }
  }),
  amount: amount.optional().describe('What the caller takes the price for. If it is another, the order fails.'),
  paymentMethod: PaymentMethod.default('card_ok'),
})

export const OrderView = z.object({
  orderId,
  status: OrderStatus,
  amount,
  currency,
  items,
  reason: z.string().optional(),
  placedAt: z.iso.datetime(),
  history: z.array(z.object({ status: OrderStatus, at: z.iso.datetime() })),
})

/** One item of the table. The consumer that keeps orders writes it, and so do the tasks of the workflow. */
export const OrderRecord = z.object({
  ...OrderPlaced.data.shape,
  ...OrderView.shape,
  /** Epoch seconds, for DynamoDB's TTL. */
  ttlEpoch: z.int().positive(),
  /** There until the cleanup need not look at the order any more: the key of the index by which it finds them. */
  pending: z.literal('PENDING').optional(),
  /** What was done for the order is being undone: it cannot be confirmed any more. */
  abandoned: z.literal(true).optional(),
})
export type OrderRecord = z.output<typeof OrderRecord>

const exampleOrder = {
  orderId: exampleId,
  status: 'VALIDATED',
  amount: 42.5,
  currency: CURRENCY,
  items: [{ sku: 'A-1', qty: 2 }],
  placedAt: '2027-01-15T08:00:00.000Z',
  history: [
    { status: 'PENDING', at: '2027-01-15T08:00:00.000Z' },
    { status: 'VALIDATED', at: '2027-01-15T08:00:00.100Z' },
  ],
}

export const placeOrder = defineRoute({
  name: 'place-order',
  method: 'POST',
  path: '/api/orders',
  summary: 'Order something. The answer comes at once, the outcome later: ask for it, or wait for the notice.',
  auth: 'token',
  body: OrderForm,
  example: { items: [{ sku: 'A-1', qty: 2 }] },
  emits: [OrderPlaced],
  // An access token does not say the address: it is asked for.
  uses: { userPool: 'client', reservedConcurrency: 'placeOrderReservedConcurrency' },
  responses: {
    202: {
      summary: 'Accepted; `Location` leads to the order.',
      body: z.object({ orderId, status: z.literal('PENDING') }),
      example: { orderId: exampleId, status: 'PENDING' },
    },
  },
})

export const getOrder = defineRoute({
  name: 'get-order',
  method: 'GET',
  path: '/api/orders/{id}',
  summary: 'How far an order of the caller is.',
  params: { id: { summary: 'The `orderId` that `POST /api/orders` answered.', example: exampleId } },
  auth: 'token',
  uses: { tables: ['orders'] },
  responses: {
    200: { summary: 'The order.', body: OrderView, example: exampleOrder },
    404: { summary: 'The caller has no such order.' },
  },
})

export const listOrders = defineRoute({
  name: 'list-orders',
  method: 'GET',
  path: '/api/orders',
  summary: "The caller's orders, newest first.",
  auth: 'token',
  query: PageQuery,
  // The key of the links seals the cursors as well.
  uses: { tables: ['orders/byUser'], secrets: ['link-key'] },
  responses: {
    200: {
      summary: 'One page of them; `cursor` if there are more.',
      body: z.object({ orders: z.array(OrderView), cursor }),
      example: { orders: [exampleOrder] },
    },
  },
})
