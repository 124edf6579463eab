import type { RecordedDelivery, RecordedEvent } from '../engines/eventbridge/index.ts'
import type { Who } from './who.ts'

/** An event as the contract has it; `short` tells what its consumers are called. */
export const eventView = (
  { id, name, time, source, detail, deliveries }: RecordedEvent,
  short: (name: string) => string,
) => ({
  id,
  name,
  time,
  source,
  detail,
  deliveries: deliveries.map((delivery) => deliveryView(delivery, short)),
})

const deliveryView = (
  { consumer, outcome, attempts, ms, error }: RecordedDelivery,
  short: (name: string) => string,
) => ({
  consumer: short(consumer),
  outcome,
  attempts,
  ms: ms ?? null,
  error,
})

/** An event as the console's pages have it: also where it came from, and when what happened at each consumer. */
export const loggedView = (event: RecordedEvent, { emitter, functionBehind, short }: Who) => ({
  ...eventView(event, short),
  place: event.place,
  receivedAt: event.receivedAt,
  emitter: emitter(event),
  deliveries: event.deliveries.map((delivery) => ({
    ...deliveryView(delivery, short),
    rule: delivery.rule,
    function: functionBehind(delivery.target),
    replay: delivery.replay,
    createdAt: delivery.createdAt,
    invokedAt: delivery.invokedAt,
    endedAt: delivery.endedAt,
    earlier: delivery.earlier,
  })),
})
