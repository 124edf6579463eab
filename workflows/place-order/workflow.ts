import { defineWorkflow } from '../../infra/runtime/workflow.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'

export const workflow = defineWorkflow({
  does: 'Checks an order, reserves what is ordered, charges for it and confirms it, or undoes what it has done.',
  emits: [OrderConfirmed, OrderFailed],
})
