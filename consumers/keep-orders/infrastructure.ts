import { Duration } from 'aws-cdk-lib'
import type { Consumer } from '../../infra/consumer-stack.ts'
import { OrderRecord } from '../../schemas/orders.ts'
import { expireOrders } from './consumer.ts'

export default function (consumer: Consumer): void {
  consumer.table('orders', {
    key: 'orderId',
    ttl: 'ttlEpoch',
    indexes: {
      byUser: { key: 'userId', sortedBy: 'placedAt' },
      // Sparse: an order leaves it as soon as there is nothing to clean up about it.
      pending: { key: 'pending', sortedBy: 'placedAt', keysOnly: true },
    },
  })
  consumer.exports('orders', OrderRecord)
  consumer.needs({ tables: { orders: ['PutItem'] } })
  consumer.schedule(expireOrders, {
    every: Duration.hours(1),
    needs: {
      tables: { 'orders/pending': ['Query'], orders: ['UpdateItem'] },
      settings: ['orderTtlSeconds'],
      workflows: { 'place-order': ['StopExecution'] },
    },
  })
}
