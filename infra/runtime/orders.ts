import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type * as z from 'zod'
import { type OrderPlaced, OrderRecord, type OrderStatus } from '../../schemas/orders.ts'
import { names } from './environment.ts'
import { records } from './records.ts'

/** What somebody ordered. */
export type Order = z.output<typeof OrderPlaced.data>

const RETENTION_SECONDS = 90 * 86_400

/** Which status may come before which: none is ever gone back to. */
const BEFORE: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: [],
  VALIDATED: ['PENDING'],
  RESERVED: ['VALIDATED'],
  CHARGED: ['RESERVED'],
  CONFIRMED: ['CHARGED'],
  FAILED: ['PENDING', 'VALIDATED', 'RESERVED', 'CHARGED'],
  EXPIRED: ['PENDING'],
}

/** An order cannot take a status any more: it has come to another end. */
export class OrderClosed extends Error {
  override readonly name = 'OrderClosed'
}

const TableName = names.table('orders')

/**
 * Keeps an order as PENDING unless there is a record of it; answers whichever is there afterwards. Whoever hears of an
 * order first makes its record, and all that follows goes by the record.
 */
export async function keepOrder(order: Order, placedAt: string): Promise<OrderRecord> {
  const record: OrderRecord = {
    ...order,
    status: 'PENDING',
    placedAt,
    history: [{ status: 'PENDING', at: placedAt }],
    ttlEpoch: Math.floor(Date.parse(placedAt) / 1000) + RETENTION_SECONDS,
    pending: 'PENDING',
  }
  const put = new PutCommand({
    TableName,
    Item: record,
    ConditionExpression: 'attribute_not_exists(orderId)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    await records.send(put)
    return record
  } catch (error) {
    return existing(error)
  }
}

/**
 * Moves an order on to a status and notes when; nothing, if it has been there before. Throws `OrderClosed` if that status
 * cannot follow any more. An expired order stays in the cleanup's index until `settle`.
 */
export async function advance(orderId: string, status: OrderStatus, { reason }: { reason?: string } = {}) {
  const before = BEFORE[status]
  const update = new UpdateCommand({
    TableName,
    Key: { orderId },
    UpdateExpression:
      'SET #status = :status, history = list_append(history, :entry)' +
      (reason === undefined ? '' : ', reason = :reason') +
      (status === 'EXPIRED' ? '' : ' REMOVE pending'),
    ConditionExpression:
      `#status IN (${before.map((_, index) => `:before${index}`)})` +
      (status === 'CONFIRMED' ? ' AND attribute_not_exists(abandoned)' : ''),
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':status': status,
      ':entry': [{ status, at: new Date().toISOString() }],
      ...(reason === undefined ? {} : { ':reason': reason }),
      ...Object.fromEntries(before.map((each, index) => [`:before${index}`, each])),
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    const { Attributes } = await records.send(update)
    return OrderRecord.parse(Attributes)
  } catch (error) {
    const record = existing(error)
    if (record.history.some((entry) => entry.status === status)) return record
    throw new OrderClosed(`The order is ${record.status} and cannot become ${status}`)
  }
}

/** From now on the order cannot be confirmed: it is about to be undone. Throws `OrderClosed` if it is confirmed already. */
export async function abandon(orderId: string): Promise<void> {
  const update = new UpdateCommand({
    TableName,
    Key: { orderId },
    UpdateExpression: 'SET abandoned = :true',
    ConditionExpression: '#status <> :confirmed',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':true': true, ':confirmed': 'CONFIRMED' },
  })
  try {
    await records.send(update)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    throw new OrderClosed('The order is confirmed')
  }
}

/** Takes an order out of the cleanup's index. */
export async function settle(orderId: string): Promise<void> {
  const update = { UpdateExpression: 'REMOVE pending', ConditionExpression: 'attribute_exists(orderId)' }
  await records.send(new UpdateCommand({ TableName, Key: { orderId }, ...update }))
}

/** The record that made a condition fail; any other error is thrown again. */
function existing(error: unknown): OrderRecord {
  if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
  return OrderRecord.parse(unmarshall(error.Item))
}
