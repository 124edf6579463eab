import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { CloudContext } from '../engine.ts'
import type { ArchiveStore } from './archive-store.ts'
import type { Catalog } from './catalog.ts'
import type { Dispatcher } from './dispatch.ts'
import { asReplayed, type Delivery, type Journal, type JournalledEvent } from './journal.ts'
import type { Replay } from './model.ts'
import { destinationsOf } from './publish.ts'

export type Replayer = ReturnType<typeof createReplayer>

interface Parts {
  readonly catalog: Catalog
  readonly journal: Journal
  readonly store: ArchiveStore
  readonly dispatcher: Dispatcher
  /** A delivery of this event was added. */
  readonly changed: (eventId: string) => void
}

/** Read at a time, so that memory does not grow with the archive. */
const PAGE = 50
const UNTRIED_MS = 20
/** Events that wait for their consumers, all of them in memory: with so many, a replay lets the consumers catch up… */
const UNSETTLED = 1000
/** …but not for ever, as they may be paused or broken. */
const PATIENCE_MS = 1000
const LOOK_MS = 10
const RECORD_KEPT_MS = 90 * 86_400_000

const isWanted = ({ names }: Replay, { name }: { readonly name: string }): boolean => names?.includes(name) ?? true

/** Whether it may still deliver something. */
export const isActive = ({ state }: Replay): boolean =>
  state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING'

/**
 * Runs replays: reads an archive in the order of its events' times, and delivers to the rules there are now. How far it
 * has come and the deliveries are written in one transaction, so a restart goes on exactly there.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export function createReplayer(context: CloudContext, { catalog, journal, store, dispatcher, changed }: Parts) {
  let stopped = false

  async function run(name: string): Promise<void> {
    for (let goesOn = true; goesOn; ) {
      await nextTurn()
      await dispatcher.room()
      await caughtUp()
      const replay = catalog.replays.get(name)
      goesOn = !stopped && replay !== undefined && (await step(replay))
    }
  }

  async function caughtUp(): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    while (!stopped && journal.open() >= UNSETTLED && performance.now() < until) await pause(LOOK_MS)
  }

  /** Answers whether there is more to do. A replay is completed when a target was offered each of its deliveries. */
  async function step(replay: Replay): Promise<boolean> {
    const archive = catalog.archives.get(replay.archive)
    if (!isActive(replay)) return false
    if (replay.state === 'CANCELLING') return end(replay, 'CANCELLED')
    if (!archive) return end(replay, 'FAILED', `Archive ${replay.archive} does not exist.`)
    const events = store.page(archive, { after: replay.after, end: replay.to, last: replay.last, limit: PAGE })
    const newest = events.at(-1)
    if (!newest) {
      if (!journal.hasUntried(replay.name)) return end(replay, 'COMPLETED')
      await pause(UNTRIED_MS)
      return true
    }
    const { time, seq } = newest
    const deliveries = journal.transaction(() => {
      catalog.replays.put(replay.name, {
        ...replay,
        state: 'RUNNING',
        after: { time, event: seq },
        lastReplayedTime: time,
      })
      return events.flatMap((event) => (isWanted(replay, event) ? deliver(replay, event) : []))
    })
    dispatcher.enqueue(deliveries)
    for (const id of new Set(deliveries.map(({ eventId }) => eventId))) changed(id)
    return true
  }

  function deliver({ name, bus, rules: chosen }: Replay, event: JournalledEvent): readonly Delivery[] {
    const now = context.now()
    const envelope = asReplayed(event.envelope, name)
    const { rules } = catalog.route(bus, envelope)
    const getting = rules.filter(({ arn }) => chosen.length === 0 || chosen.includes(arn))
    return journal.addDeliveries(event, destinationsOf(getting, envelope, now), now, name)
  }

  function end(replay: Replay, state: Replay['state'], stateReason?: string): false {
    catalog.replays.put(replay.name, { ...replay, state, stateReason, endedAt: context.now() })
    return false
  }

  function start(name: string): void {
    run(name).catch((error: unknown) => {
      const replay = catalog.replays.get(name)
      if (stopped || !replay) return
      const reason = error instanceof Error ? error.message : String(error)
      context.warn(`The replay ${name} failed: ${reason}`)
      end(replay, 'FAILED', reason)
    })
  }

  return {
    /** Runs a replay that has been put into the catalog. */
    run: start,

    /** Ends a replay that is being cancelled, also one that waits for room. */
    cancel(name: string): void {
      setImmediate(() => {
        const replay = catalog.replays.get(name)
        if (!stopped && replay?.state === 'CANCELLING') end(replay, 'CANCELLED')
      })
    },

    /** Goes on with what an earlier run has left, and forgets what is over for long. */
    start(): void {
      for (const replay of catalog.replays.all()) {
        if (isActive(replay)) start(replay.name)
        else if (replay.startedAt < context.now() - RECORD_KEPT_MS) catalog.replays.delete(replay.name)
      }
    },

    stop(): void {
      stopped = true
    },
  }
}
