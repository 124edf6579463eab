/** Errors that no retry can make right. */
export const REFUSALS = ['NotForSale', 'PriceDiffers', 'SoldOut', 'PaymentDeclined', 'OrderClosed'] as const

/** Why an order cannot be. Step Functions goes by the name, the message is what the buyer is told. */
export class Refusal extends Error {
  override readonly name: (typeof REFUSALS)[number]

  constructor(name: (typeof REFUSALS)[number], reason: string) {
    super(reason)
    this.name = name
  }
}
