import { useLive } from '../live/use-live.ts'
import { Replays } from '../model/replay.ts'
import type { PageProps } from '../page.ts'
import { Sheet } from '../parts/sheet.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { NewReplay } from './new-replay.tsx'
import { ReplayList } from './replay-list.tsx'

// That a replay has ended, no topic tells.
const REPLAYS = { topics: ['events'], everyMs: 1000, parse: (json: unknown) => Replays.parse(json) } as const

/** Plans and starts replays, and tells how they go. */
export function ReplaysPage({ id, query }: PageProps) {
  const { data, failed, retry } = useLive('replays', REPLAYS)
  return (
    <Sheet
      title="Replays"
      about="Brings archived events to their consumers again. Each does only what it has not done yet; a rerun is done again, once."
    >
      {data ? (
        <>
          <NewReplay
            key={JSON.stringify(query)}
            archives={data.archives}
            consumers={data.consumers}
            query={query}
            onStarted={retry}
          />
          <ReplayList replays={data.replays} open={id} onChanged={retry} />
        </>
      ) : failed ? (
        <Failed what="replays" retry={retry} />
      ) : (
        <Loading what="replays" />
      )}
    </Sheet>
  )
}
