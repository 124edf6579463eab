import { Button, Progress } from '@mantine/core'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { formatCount, formatFull, formatOffset } from '../model/format.ts'
import { isRunning, progressOf, Replay, talliesOf } from '../model/replay.ts'
import { Facts } from '../parts/facts.tsx'
import { Problem } from '../parts/problem.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import styles from './replay-list.module.css'

const REPLAY = { topics: ['events'], everyMs: 1000, parse: (json: unknown) => Replay.parse(json) } as const

/** One replay: what was asked for, how far it is, and what became of the events at each consumer. */
export function ReplayView({ name, onChanged }: { readonly name: string; readonly onChanged: () => void }) {
  const { data: replay, failed, problem, retry } = useLive(`replays/${encodeURIComponent(name)}`, REPLAY)
  const action = useAction()
  if (problem !== undefined) return <Problem text={problem} />
  if (!replay) return failed ? <Failed what="replay" retry={retry} /> : <Loading what="the replay" />
  const { from, to, names, rules, reason, startedAt, endedAt } = replay
  const cancel = () =>
    action.run(async () => {
      await post(`replays/${encodeURIComponent(name)}/cancel`)
      retry()
      onChanged()
    })
  const facts = [
    { term: 'Events', value: names?.join(', ') ?? 'all' },
    { term: 'Of', value: `${formatFull(from * 1000)} – ${formatFull(to * 1000)}` },
    { term: 'To', value: rules.length === 0 ? 'all consumers' : rules.join(', ') },
    ...(endedAt === undefined ? [] : [{ term: 'Took', value: formatOffset(endedAt - startedAt) }]),
    ...(reason === undefined ? [] : [{ term: 'Reason', value: reason }]),
  ]
  return (
    <div className={styles.view}>
      {isRunning(replay) && (
        <p className={styles.running}>
          <Progress className={styles.bar ?? ''} value={100 * progressOf(replay)} aria-label="Progress" />
          <Button variant="default" size="compact-xs" loading={action.busy} onClick={cancel}>
            Cancel
          </Button>
        </p>
      )}
      <Problem text={action.problem} />
      <Facts facts={facts} />
      <Tallies replay={replay} />
    </div>
  )
}

function Tallies({ replay }: { readonly replay: Replay }) {
  const tallies = talliesOf(replay)
  if (tallies.length === 0) return <p className={styles.none}>Nothing has been delivered.</p>
  return (
    <table className={styles.tallies}>
      <thead>
        <tr>
          {['consumer', 'processed', 'duplicate', 'open', 'dead'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tallies.map(({ consumer, done, duplicate, open, dead }) => (
          <tr key={consumer}>
            <th scope="row">{consumer}</th>
            <td>{formatCount(done)}</td>
            <td>{formatCount(duplicate)}</td>
            <td>{formatCount(open)}</td>
            <td data-dead={dead > 0}>{formatCount(dead)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
