import { consume } from '../../infra/runtime/consume.ts'
import { keepOrder } from '../../infra/runtime/orders.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
  OrderPlaced: async ({ data, metadata }) => void (await keepOrder(data, metadata.occurredAt)),
})
