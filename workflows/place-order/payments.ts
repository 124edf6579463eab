import type { Order } from '../../infra/runtime/orders.ts'
import { sandbox } from './sandbox-payments.ts'

/** Whoever moves the money. Each order is charged at most once, however often that is asked for. */
export interface PaymentProvider {
  /**
   * Charges for an order. Throws a `Refusal` if that is declined, or was cancelled by a refund; any other error may pass.
   */
  readonly charge: (order: Order) => Promise<void>
  /** Gives back whatever was charged for an order, once; from then on it cannot be charged. */
  readonly refund: (orderId: string) => Promise<void>
}

/** The one in use. */
export const payments: PaymentProvider = sandbox
