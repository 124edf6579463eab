import { setTimeout as delay } from 'node:timers/promises'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { names } from '../../infra/runtime/environment.ts'
import type { Order } from '../../infra/runtime/orders.ts'
import { records } from '../../infra/runtime/records.ts'
import { articleOf } from '../../schemas/catalogue.ts'
import { OrderPlaced } from '../../schemas/orders.ts'
import { Refusal } from './refusal.ts'

const TableName = names.table('inventory')

/** Beside the articles the table has what each order holds of them, or that it holds nothing any more. */
const Reservation = z.object({
  state: z.enum(['RESERVED', 'RELEASED']),
  items: OrderPlaced.data.shape.items.default([]),
})
const keyOf = (orderId: string) => ({ sku: `order#${orderId}` })
const RETENTION_SECONDS = 90 * 86_400
const ttlEpoch = () => Math.floor(Date.now() / 1000) + RETENTION_SECONDS

type Items = Order['items']
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/**
 * Takes all of these items from the stock, or none; once for each order. Throws a `Refusal` if there is not enough of
 * them, or if the order's reservation was released before.
 */
export async function reserve({ orderId, items }: Pick<Order, 'orderId' | 'items'>): Promise<void> {
  const note: Write = {
    Put: {
      TableName,
      Item: { ...keyOf(orderId), state: 'RESERVED', items, ttlEpoch: ttlEpoch() },
      ConditionExpression: 'attribute_not_exists(sku)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
  try {
    await transact([note, ...items.map(take)])
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    const [noted, ...taken] = error.CancellationReasons ?? []
    if (noted?.Item) {
      if (Reservation.parse(unmarshall(noted.Item)).state === 'RESERVED') return
      throw new Refusal('OrderClosed', 'The reservation was released')
    }
    const missing = items.filter((_, index) => taken[index]?.Code === 'ConditionalCheckFailed')
    if (missing.length === 0) throw error
    throw new Refusal('SoldOut', `Sold out: ${missing.map(({ sku }) => articleOf(sku)?.title ?? sku).join(', ')}`)
  }
}

/** An article that was never sold has no item yet: what there is of it at first says the catalogue. */
function take({ sku, qty }: Items[number]): Write {
  const initial = articleOf(sku)?.stock ?? 0
  return {
    Update: {
      TableName,
      Key: { sku },
      UpdateExpression: 'SET stock = if_not_exists(stock, :initial) - :qty',
      ConditionExpression: initial >= qty ? 'attribute_not_exists(stock) OR stock >= :qty' : 'stock >= :qty',
      ExpressionAttributeValues: { ':initial': initial, ':qty': qty },
    },
  }
}

/** Gives back what an order has reserved, if anything, once; from then on it cannot reserve. */
export async function release(orderId: string): Promise<void> {
  const key = { TableName, Key: keyOf(orderId) }
  const { Item: item } = await records.send(new GetCommand({ ...key, ConsistentRead: true }))
  if (!item) return noteReleased(orderId)
  const { state, items } = Reservation.parse(item)
  if (state === 'RELEASED') return
  await transact([
    {
      Update: {
        ...key,
        UpdateExpression: 'SET #state = :released',
        ConditionExpression: '#state = :reserved',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':released': 'RELEASED', ':reserved': 'RESERVED' },
      },
    },
    ...items.map(({ sku, qty }) => ({
      Update: {
        TableName,
        Key: { sku },
        UpdateExpression: 'SET stock = stock + :qty',
        ExpressionAttributeValues: { ':qty': qty },
      },
    })),
  ])
}

/** An attempt to reserve may still be on its way. If it comes in between, this throws, and is tried again. */
async function noteReleased(orderId: string): Promise<void> {
  await records.send(
    new PutCommand({
      TableName,
      Item: { ...keyOf(orderId), state: 'RELEASED', ttlEpoch: ttlEpoch() },
      ConditionExpression: 'attribute_not_exists(sku)',
    }),
  )
}

const ATTEMPTS = 8

/**
 * Writes all or nothing. Where many want the same article at once DynamoDB cancels all but one of them: they soon try
 * again. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
async function transact(TransactItems: Write[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await records.send(new TransactWriteCommand({ TransactItems }))
      return
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error
    }
    await delay(10 * 2 ** attempt * Math.random())
  }
}

/** Also where a condition fails at the same time: it may hold once the other transaction is through. */
const isConflict = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => Code === 'TransactionConflict')
