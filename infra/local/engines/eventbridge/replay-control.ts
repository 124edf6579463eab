import { AwsError, type CloudContext } from '../engine.ts'
import type { ArchiveStore } from './archive-store.ts'
import { type Catalog, notFound } from './catalog.ts'
import type { Archive, Replay } from './model.ts'
import { isActive, type Replayer } from './replayer.ts'

export type ReplayControl = ReturnType<typeof createReplayControl>

/** A replay to be started. */
export interface NewReplay {
  readonly name: string
  readonly archive: Archive
  readonly description?: string | undefined
  /** Epoch seconds, both inclusive. */
  readonly from: number
  readonly to: number
  /** ARNs; empty for all rules. */
  readonly rules: readonly string[]
  /** Only events of these names; all if not given. EventBridge itself cannot choose. */
  readonly names?: readonly string[]
  /** Only the event at this place in the journal, whose time is `from`. */
  readonly place?: number
}

const MAX_ACTIVE = 10

/** Starts and cancels replays. */
export function createReplayControl(
  context: CloudContext,
  { catalog, store, replayer }: { catalog: Catalog; store: ArchiveStore; replayer: Replayer },
) {
  const named = (name: string): Replay => catalog.replays.get(name) ?? notFound(`Replay ${name} does not exist.`)

  return {
    /** Throws ResourceNotFoundException. */
    named,

    all: (): readonly Replay[] => catalog.replays.all(),

    /** On disk when it returns. Throws ResourceAlreadyExistsException and LimitExceededException. */
    start({ name, archive, description, from, to, rules, names, place }: NewReplay): Replay {
      if (catalog.replays.get(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`)
      }
      if (catalog.replays.all().filter(isActive).length >= MAX_ACTIVE) {
        throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
      }
      const replay: Replay = {
        name,
        archive: archive.name,
        bus: archive.bus,
        description,
        from,
        to,
        rules: [...rules],
        names: names && [...names],
        state: 'STARTING',
        startedAt: context.now(),
        after: { time: Math.ceil(from), event: place === undefined ? 0 : place - 1 },
        last: place ?? store.last(),
      }
      catalog.replays.put(name, replay)
      replayer.run(name)
      return replay
    },

    /** Throws IllegalStatusException for one that does not run any more. */
    cancel(name: string): void {
      const replay = named(name)
      if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
        throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`)
      }
      catalog.replays.put(name, { ...replay, state: 'CANCELLING' })
      replayer.cancel(name)
    },
  }
}
