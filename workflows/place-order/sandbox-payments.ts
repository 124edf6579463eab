import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { names } from '../../infra/runtime/environment.ts'
import type { Order } from '../../infra/runtime/orders.ts'
import { records } from '../../infra/runtime/records.ts'
import type { PaymentProvider } from './payments.ts'
import { Refusal } from './refusal.ts'

const TableName = names.table('payments')
const FLAKY_FAILURES = 2

/** The provider does not answer; it may do so later. */
class PaymentUnavailable extends Error {
  override readonly name = 'PaymentUnavailable'
}

/** What has become of an order's payment; `VOID` if it was refunded before it was charged. */
const Outcome = z.enum(['CHARGED', 'DECLINED', 'REFUNDED', 'VOID'])
const Entry = z.object({ outcome: Outcome })

/** A provider that moves no money: the payment method says how it goes, and a table is its ledger. */
export const sandbox: PaymentProvider = {
  async charge({ orderId, amount, currency, paymentMethod }) {
    if (paymentMethod === 'card_flaky') await flicker(orderId)
    const wanted = paymentMethod === 'card_declined' ? 'DECLINED' : 'CHARGED'
    const outcome = await book(orderId, { outcome: wanted, amount, currency, paymentMethod, at: now() })
    if (outcome === 'DECLINED') throw new Refusal('PaymentDeclined', 'The card was declined')
    if (outcome !== 'CHARGED') throw new Refusal('OrderClosed', 'The payment was cancelled')
  },

  async refund(orderId) {
    const outcome = await book(orderId, { outcome: 'VOID', at: now() })
    if (outcome !== 'CHARGED') return
    await records.send(
      new UpdateCommand({
        TableName,
        Key: { orderId },
        UpdateExpression: 'SET outcome = :refunded, refundedAt = if_not_exists(refundedAt, :now)',
        ExpressionAttributeValues: { ':refunded': 'REFUNDED', ':now': now() },
      }),
    )
  },
}

const now = (): string => new Date().toISOString()

type Booked = Partial<Pick<Order, 'amount' | 'currency' | 'paymentMethod'>> & {
  readonly outcome: z.output<typeof Outcome>
  readonly at: string
}

/** Writes down what becomes of a payment unless that is known; answers what is in the ledger afterwards. */
async function book(orderId: string, entry: Booked): Promise<z.output<typeof Outcome>> {
  const fields = Object.entries(entry)
  const update = new UpdateCommand({
    TableName,
    Key: { orderId },
    UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: 'attribute_not_exists(outcome)',
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    await records.send(update)
    return entry.outcome
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
    return Entry.parse(unmarshall(error.Item)).outcome
  }
}

/** Fails as often as that card does, whoever asks. */
async function flicker(orderId: string): Promise<void> {
  const { Attributes } = await records.send(
    new UpdateCommand({
      TableName,
      Key: { orderId },
      UpdateExpression: 'ADD attempts :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }),
  )
  const { attempts } = z.object({ attempts: z.int() }).parse(Attributes)
  if (attempts <= FLAKY_FAILURES) throw new PaymentUnavailable('The payment provider does not answer')
}
