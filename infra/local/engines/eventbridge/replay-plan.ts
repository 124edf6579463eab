import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import type { CloudContext } from '../engine.ts'
import type { ArchiveStore, KeptName } from './archive-store.ts'
import { type Catalog, compile } from './catalog.ts'
import type { Archive, Replay, Rule } from './model.ts'
import { type CompiledPattern, matches, parseEvent } from './pattern/index.ts'
import type { ReplayControl } from './replay-control.ts'

/** What somebody wants replayed. */
export interface ReplayWish {
  /** Its name; the first there is if not given. */
  readonly archive?: string
  /** Of the events, in epoch seconds, both inclusive; all that is kept if not given. */
  readonly from?: number
  readonly to?: number
  /** Only the event at this place in the journal. */
  readonly place?: number
  /** Only events of these names; all if none. */
  readonly names: readonly string[]
  /** Only to rules of these names; to all if none. */
  readonly rules: readonly string[]
  /** Has it done again, whatever has been done before: only by the rules that are named. */
  readonly rerun: boolean
}

/** What a wish comes to. */
export interface ReplayPlan {
  readonly archive: string
  readonly from: number
  readonly to: number
  /** The events that will be delivered, by name. */
  readonly names: readonly { readonly name: string; readonly count: number }[]
  readonly receivers: readonly Receiver[]
}

interface Receiver {
  readonly rule: string
  readonly arn: string
  /** What it says of itself. */
  readonly description: string | undefined
  /** How many of the events it will get … */
  readonly count: number
  /** … at most, as its pattern looks at more than what kind of event it is. */
  readonly atMost: boolean
}

interface Parts {
  readonly catalog: Catalog
  readonly store: ArchiveStore
  readonly control: ReplayControl
}

const Located = z.object({ bus: z.string(), time: z.number() }).optional()
const Tallies = z.array(z.object({ consumer: z.string(), outcome: z.string(), count: z.number() }))

/** Plans replays for people, and tells how they go. */
export function createReplayPlanner(context: CloudContext, { catalog, store, control }: Parts) {
  const database: DatabaseSync = context.database
  const selectEvent = database.prepare('SELECT bus, time FROM eventbridge_events WHERE seq = ?')
  const selectTallies = database.prepare(`SELECT consumer, outcome, count(*) AS count FROM eventbridge_deliveries
    WHERE replay = ? GROUP BY consumer, outcome ORDER BY consumer`)

  /** The archive, the range of times, and what is kept of it. */
  function survey({ archive: wanted, place, from, to }: ReplayWish) {
    if (place !== undefined) {
      const event = Located.parse(selectEvent.get(place))
      if (!event) throw new Mistake('This event is not kept any more.')
      const range = { from: event.time, to: event.time, place }
      for (const archive of archivesOf(event.bus)) {
        const kept = store.names(archive, range)
        if (kept.length > 0) return { archive, ...range, kept }
      }
      throw new Mistake('No archive keeps this event, so it cannot be replayed.')
    }
    const archive = catalog.archives.all().find(({ name }) => wanted === undefined || name === wanted)
    if (!archive) throw new Mistake(`There is no archive${wanted === undefined ? '' : ` ${wanted}`}.`)
    const now = Math.ceil(context.now() / 1000)
    const range = { from: from ?? Math.min(store.oldest(archive) ?? now, to ?? now), to: to ?? now }
    if (range.from > range.to) throw new Mistake('The range is empty: it ends before it begins.')
    return { archive, ...range, kept: store.names(archive, range) }
  }

  const archivesOf = (bus: string): readonly Archive[] =>
    catalog.archives.all().filter((archive) => archive.bus === bus)

  function chosenRules(bus: string, names: readonly string[]): readonly Rule[] {
    const rules = catalog.rules.of(bus).filter(({ eventPattern }) => eventPattern !== undefined)
    for (const name of names) {
      const rule = rules.find((each) => each.name === name)
      if (!rule) throw new Mistake(`There is no consumer ${name} on the bus ${bus}.`)
      if (rule.state === 'DISABLED') throw new Mistake(`The rule of ${name} is disabled: enable it first.`)
    }
    return rules.filter(({ name, state }) => state !== 'DISABLED' && (names.length === 0 || names.includes(name)))
  }

  function plan(wish: ReplayWish) {
    if (wish.rerun && wish.rules.length === 0)
      throw new Mistake('Choose who is to do it again: a rerun goes to chosen consumers only.')
    const { archive, kept, ...range } = survey(wish)
    const wanted = kept.filter(({ name }) => wish.names.length === 0 || wish.names.includes(name))
    const receivers = chosenRules(archive.bus, wish.rules)
      .map((rule) => receiverOf(rule, wanted))
      .filter(({ count }) => count > 0 || wish.rules.length > 0)
    return { archive, ...range, wanted, receivers }
  }

  return {
    /** Tells what a replay would do. Throws a `Mistake` for one that cannot be. */
    plan(wish: ReplayWish): ReplayPlan {
      const { archive, from, to, wanted, receivers } = plan(wish)
      return { archive: archive.name, from, to, names: wanted.map(({ name, count }) => ({ name, count })), receivers }
    },

    /** Starts it, and answers its name. Throws a `Mistake` for one that would bring nothing to nobody. */
    start(wish: ReplayWish): string {
      const { archive, wanted, receivers, ...range } = plan(wish)
      if (wanted.length === 0) throw new Mistake('No event that is kept is of that kind and time.')
      if (receivers.every(({ count }) => count === 0)) throw new Mistake('No consumer takes these events.')
      const at = new Date(context.now()).toISOString().replace(/[:.]/g, '-')
      return control.start({
        ...range,
        name: `${wish.rerun ? 'rerun' : 'replay'}-${at}`,
        archive,
        description: 'Started in the console',
        rules: wish.rules.length === 0 ? [] : receivers.map(({ arn }) => arn),
        ...(wish.names.length === 0 ? {} : { names: wish.names }),
      }).name
    },

    archives: (): readonly string[] => catalog.archives.all().map(({ name }) => name),

    /** Throws IllegalStatusException for one that does not run any more. */
    cancel: control.cancel,

    /** All there have been for 90 days, the latest first. */
    all: (): readonly Replay[] => control.all().toSorted((one, other) => other.startedAt - one.startedAt),

    /** How many deliveries of a replay came to what. */
    tallies: (name: string) => Tallies.parse(selectTallies.all(name)),
  }
}

/** The newest event of a name stands for all of them. */
function receiverOf({ name: rule, arn, description, eventPattern = '' }: Rule, kept: readonly KeptName[]): Receiver {
  const pattern = compile(eventPattern)
  const taken = kept.filter(({ newest }) => matches(pattern, parseEvent(newest)))
  const count = taken.reduce((sum, name) => sum + name.count, 0)
  return { rule, arn, description, count, atMost: count > 1 && looksInside(pattern) }
}

const looksInside = ({ alternatives }: CompiledPattern): boolean =>
  alternatives.some((fields) => fields.some(({ path }) => path !== 'source' && path !== 'detail-type'))
