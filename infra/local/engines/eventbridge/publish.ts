import type { Catalog } from './catalog.ts'
import type { Dispatcher } from './dispatch.ts'
import type { openHistory } from './history.ts'
import { inputFor } from './input.ts'
import type { AcceptedEvent, Delivery, Destination, Journal } from './journal.ts'
import type { Rule } from './model.ts'
import { consumerName } from './subscriptions.ts'

export type Publisher = ReturnType<typeof createPublisher>

interface Parts {
  readonly catalog: Catalog
  readonly journal: Journal
  readonly history: ReturnType<typeof openHistory>
  readonly dispatcher: Dispatcher
  /** An event came. */
  readonly changed: (eventId: string) => void
}

/** Puts accepted events on their buses. */
export function createPublisher({ catalog, journal, history, dispatcher, changed }: Parts) {
  /** Writes events and their deliveries down in one transaction, has them sent soon after, and answers nothing. */
  function record(events: readonly AcceptedEvent[], addTo: (event: AcceptedEvent) => readonly Delivery[]): void {
    if (events.length === 0) return
    const deliveries = journal.transaction(() => {
      history.trim()
      return events.flatMap(addTo)
    })
    dispatcher.enqueue(deliveries)
    for (const { id } of events) changed(id)
  }

  return {
    /** When it returns, the events and what is to become of them are on disk. */
    publish: (events: readonly AcceptedEvent[]): void =>
      record(events, (event) => {
        const { rules, archives } = catalog.route(event.bus, event.envelope)
        const journalled = journal.add(
          event,
          archives.map(({ name }) => name),
        )
        const destinations = destinationsOf(rules, event.envelope, event.receivedAt)
        return journal.addDeliveries(journalled, destinations, event.receivedAt)
      }),

    /** An event of a rule's schedule, which that rule alone gets. */
    publishTo: (rule: Rule, event: AcceptedEvent): void =>
      record([event], () =>
        journal.addDeliveries(
          journal.add(event, []),
          destinationsOf([rule], event.envelope, event.receivedAt),
          event.receivedAt,
        ),
      ),
  }
}

/** Where these rules send an event; `receivedAt` in epoch milliseconds. */
export const destinationsOf = (rules: readonly Rule[], envelope: string, receivedAt: number): readonly Destination[] =>
  rules.flatMap((rule) =>
    rule.targets.map((target) => ({
      ruleArn: rule.arn,
      targetId: target.Id,
      targetArn: target.Arn,
      consumer: consumerName(rule, target),
      payload: inputFor(rule, target, envelope, receivedAt),
    })),
  )
