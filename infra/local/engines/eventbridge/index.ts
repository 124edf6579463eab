import type { Sendings } from '../../chaos.ts'
import type { CloudContext, Engine } from '../engine.ts'
import { jsonService } from '../json-service.ts'
import { openArchiveStore } from './archive-store.ts'
import { archiveOperations } from './archives.ts'
import { DEFAULT_BUS } from './arns.ts'
import { busOperations } from './buses.ts'
import { openCatalog } from './catalog.ts'
import { createDispatcher, type Deliver } from './dispatch.ts'
import { openExplanations, type RuleVerdict } from './explain-event.ts'
import { backoff as usualBackoff } from './failure.ts'
import { openHistory, type RecentFilter } from './history.ts'
import type { RecordedEvent } from './history-rows.ts'
import { openJournal, type Settlement } from './journal.ts'
import { createPublisher } from './publish.ts'
import { newEvent, putEvents } from './put-events.ts'
import { createReplayControl } from './replay-control.ts'
import { createReplayPlanner } from './replay-plan.ts'
import { createReplayer } from './replayer.ts'
import { replayOperations } from './replays.ts'
import { createResources } from './resources.ts'
import { ruleOperations } from './rules.ts'
import { createScheduler, type ScheduledRule } from './scheduler.ts'
import { eventNamesIn, subscriptionsOf } from './subscriptions.ts'
import { type Attempt, openTallies, type Tally } from './tallies.ts'
import { targetOperations } from './targets.ts'

export type { Deliver, Sending } from './dispatch.ts'
export type { RecordedDelivery, RecordedEvent } from './history-rows.ts'
export type { Outcome, Settlement } from './journal.ts'

export interface EventBridge extends Engine {
  /**
   * Takes what became of an attempt to consume a message. On disk when it returns: report first, then delete the message,
   * or a SIGKILL between the two leaves the event in flight for ever. A message that is not EventBridge's is ignored.
   */
  readonly report: (settlement: Settlement) => void
  /** Events with at least one delivery that is neither processed, duplicate nor dead. */
  readonly inFlight: () => number
  /** Who waits for events: every rule by its name, and the names of the events in its pattern. */
  readonly consumers: () => readonly { readonly name: string; readonly events: string }[]
  readonly subscriptions: ReturnType<typeof subscriptionsOf>
  readonly schedules: () => readonly ScheduledRule[]
  /** How deliveries have fared lately. */
  readonly tallies: () => readonly Tally[]
  /** The last attempt at a message that was sent to a queue; `undefined` if it is no event's. */
  readonly attempted: (queueArn: string, messageId: string) => Attempt | undefined
  /** Puts an event of an AWS service on the default bus, if a rule there takes it. On disk when it returns. */
  readonly announce: (event: {
    readonly source: string
    readonly name: string
    readonly resources: readonly string[]
    readonly detail: object
  }) => void
  /** Newest first. */
  readonly recent: (filter: RecentFilter) => readonly RecordedEvent[]
  /** The journal as people read it: page by page, by a text, by an event's place or id. */
  readonly history: Omit<ReturnType<typeof openHistory>, 'recent' | 'trim'>
  /** Whether each rule takes the event at this place in the journal, and why. Throws ResourceNotFoundException. */
  readonly explain: (place: number) => readonly RuleVerdict[]
  readonly replays: ReturnType<typeof createReplayPlanner>
  /** Calls the listener when an event came or one of its deliveries changed; answers how to stop it. */
  readonly onChange: (listener: (eventId: string) => void) => () => void
}

interface Options {
  /** Milliseconds to wait after this many failed attempts. */
  readonly backoff?: (attempts: number) => number
  /** Runs a number of `deliver`s; what they write at once may become one transaction. One by one if not given. */
  readonly batch?: (deliverAll: () => void) => void
  /** How often and how late an event is sent to a target; once and at once if not given. */
  readonly sendings?: Sendings | undefined
}

/**
 * Amazon EventBridge: buses, rules, targets, archives, replays and schedules, with every accepted event and each of its
 * deliveries on disk before success is answered. `deliver` hands a payload to a target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is.html
 */
export function createEventBridge(
  context: CloudContext,
  deliver: Deliver,
  { backoff = usualBackoff, batch = (deliverAll) => deliverAll(), sendings }: Options = {},
): EventBridge {
  const listeners = new Set<(eventId: string) => void>()
  const changed = (eventId: string) => {
    for (const listener of listeners) listener(eventId)
  }
  const catalog = openCatalog(context, (arn) => scheduler.changed(arn))
  const journal = openJournal(context.database, sendings)
  const store = openArchiveStore(context.database, context.now)
  const history = openHistory(context.database)
  const dispatcher = createDispatcher(context, { catalog, journal, deliver, batch, backoff, changed })
  const publisher = createPublisher({ catalog, journal, history, dispatcher, changed })
  const replayer = createReplayer(context, { catalog, journal, store, dispatcher, changed })
  const control = createReplayControl(context, { catalog, store, replayer })
  const replays = createReplayPlanner(context, { catalog, store, control })
  const explain = openExplanations(context.database, catalog)
  const scheduler = createScheduler(context, catalog, publisher)
  const resources = createResources(context, catalog)

  return {
    resources: resources.types,
    services: {
      events: jsonService('1.1', {
        PutEvents: putEvents(context, catalog, publisher),
        ...ruleOperations(context, catalog),
        ...targetOperations(catalog),
        ...busOperations(context, catalog),
        ...archiveOperations(context, { catalog, journal, store }),
        ...replayOperations(catalog, control),
      }),
    },
    start() {
      resources.sweep()
      for (const archive of catalog.archives.all()) journal.transaction(() => store.expire(archive))
      dispatcher.start()
      replayer.start()
      scheduler.start()
    },
    stop() {
      scheduler.stop()
      replayer.stop()
      dispatcher.stop()
    },
    report: dispatcher.report,
    announce({ detail, ...event }) {
      const receivedAt = context.now()
      const time = Math.floor(receivedAt / 1000)
      const announced = newEvent(context, {
        ...event,
        bus: DEFAULT_BUS,
        time,
        detail: JSON.stringify(detail),
        receivedAt,
      })
      if (catalog.route(DEFAULT_BUS, announced.envelope).rules.length > 0) publisher.publish([announced])
    },
    inFlight: journal.open,
    recent: history.recent,
    subscriptions: subscriptionsOf(catalog),
    schedules: scheduler.all,
    ...openTallies(context.database),
    history,
    explain,
    replays,
    consumers: () =>
      catalog.rules.all().flatMap(({ name, eventPattern }) => {
        return eventPattern === undefined
          ? []
          : [{ name, events: eventNamesIn(eventPattern).join(', ') || eventPattern }]
      }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
