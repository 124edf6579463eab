import { counted, formatClock, formatDay, formatFull } from '../model/format.ts'
import { isRunning, progressOf, type ReplaySummary } from '../model/replay.ts'
import { linkTo } from '../model/route.ts'
import { Tag } from '../parts/tag.tsx'
import styles from './replay-list.module.css'
import { ReplayView } from './replay-view.tsx'

interface ReplayListProps {
  /** The latest first. */
  readonly replays: readonly ReplaySummary[]
  /** The name of the one that is open. */
  readonly open: string | undefined
  readonly onChanged: () => void
}

/** All replays there have been lately, each with how it goes. */
export function ReplayList({ replays, open, onChanged }: ReplayListProps) {
  if (replays.length === 0) return <p className={styles.none}>There has been no replay yet.</p>
  return (
    <section aria-labelledby="replays">
      <h2 id="replays" className={styles.title}>
        {counted(replays.length, 'replay')}
      </h2>
      <ul className={styles.list}>
        {replays.map((replay) => (
          <li key={replay.name}>
            <a
              className={styles.row}
              href={linkTo('replays', replay.name === open ? undefined : replay.name)}
              aria-expanded={replay.name === open}
            >
              <b>{replay.name}</b>
              <StateTag replay={replay} />
              <time title={formatFull(replay.startedAt)}>
                {formatDay(replay.startedAt, Date.now())} {formatClock(replay.startedAt)}
              </time>
            </a>
            {replay.name === open && <ReplayView name={replay.name} onChanged={onChanged} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

const TONES = {
  STARTING: 'busy',
  RUNNING: 'busy',
  CANCELLING: 'busy',
  COMPLETED: 'good',
  CANCELLED: 'quiet',
  FAILED: 'bad',
} as const

function StateTag({ replay }: { readonly replay: ReplaySummary }) {
  const percent = isRunning(replay) ? ` ${Math.floor(100 * progressOf(replay))} %` : ''
  return (
    <Tag tone={TONES[replay.state]}>
      {replay.state.toLowerCase()}
      {percent}
    </Tag>
  )
}
