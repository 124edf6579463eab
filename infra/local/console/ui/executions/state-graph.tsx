import { type CSSProperties, useId, useMemo } from 'react'
import { goInstead } from '../live/use-route.ts'
import {
  describeTransitions,
  describeVisit,
  type Execution,
  retriesOf,
  type StateOutline,
  statesIn,
  type Visit,
  waysGone,
} from '../model/execution.ts'
import { counted, formatDuration } from '../model/format.ts'
import { type Box, drawStates } from '../model/state-graph.ts'
import { Icon } from '../parts/icon.tsx'
import styles from './state-graph.module.css'

interface StateGraphProps {
  readonly execution: Execution
  readonly chosen: string | undefined
  readonly now: number
  /** Where choosing a state leads. */
  readonly linkOf: (state: string) => string
}

/** The state machine as a picture; each state is a button, and says to those who listen what is to be seen. */
export function StateGraph({ execution: { outline, visits }, chosen, now, linkOf }: StateGraphProps) {
  const about = useId()
  const picture = useMemo(() => drawStates(outline), [outline])
  const states = useMemo(() => new Map(statesIn(outline).map((state) => [state.name, state])), [outline])
  const gone = waysGone(visits)
  const { width, height } = picture
  return (
    <div className={styles.scroller}>
      <p id={about} className="said">
        {counted(states.size, 'state')}, from top to bottom in their order. It went through{' '}
        {visits.map(({ state, status }) => `${state} (${describeVisit(status).label})`).join(', ') || 'none yet'}.
      </p>
      <div className={styles.picture} style={{ width, height }}>
        <svg aria-hidden="true" width={width} height={height}>
          {picture.ways
            .map((way) => ({ ...way, isGone: gone.has(`${way.from} ${way.to}`) }))
            .toSorted((one, other) => Number(one.isGone) - Number(other.isGone))
            .map(({ from, to, on, path, x, y, isGone }) => (
              <path
                key={`${from} ${to} ${on}`}
                d={path}
                transform={`translate(${x} ${y})`}
                data-on={on}
                data-gone={isGone}
              />
            ))}
        </svg>
        <ol aria-label="States" aria-describedby={about}>
          {picture.boxes.map((box) => {
            const state = states.get(box.name)
            return (
              state && (
                <StateBox
                  key={box.name}
                  box={box}
                  state={state}
                  visits={visits.filter((visit) => visit.state === box.name)}
                  isChosen={box.name === chosen}
                  now={now}
                  onChoose={() => goInstead(linkOf(box.name))}
                />
              )
            )
          })}
        </ol>
      </div>
    </div>
  )
}

interface StateBoxProps {
  readonly box: Box
  readonly state: StateOutline
  readonly visits: readonly Visit[]
  readonly isChosen: boolean
  readonly now: number
  readonly onChoose: () => void
}

function StateBox({ box, state, visits, isChosen, now, onChoose }: StateBoxProps) {
  const { name, x, y, width, height, isGroup } = box
  const visit = visits.at(-1)
  const place: CSSProperties = { left: x, top: y, width, height }
  return (
    <li style={place} data-group={isGroup}>
      <button
        type="button"
        className={styles.state}
        data-status={visit?.status ?? 'none'}
        aria-pressed={isChosen}
        title={describeTransitions(state.next)}
        onClick={onChoose}
      >
        <b>{name}</b>
        <span className={styles.fate}>
          {visit ? <Fate visit={visit} count={visits.length} now={now} /> : 'not entered'}
        </span>
      </button>
    </li>
  )
}

interface FateProps {
  readonly visit: Visit
  readonly count: number
  readonly now: number
}

function Fate({ visit, count, now }: FateProps) {
  const { label, icon } = describeVisit(visit.status)
  const retries = retriesOf(visit)
  return (
    <>
      <Icon name={icon} size={12} />
      <span>{label}</span>
      <span>{formatDuration(Math.max((visit.exitedAt ?? now) - visit.enteredAt, 0))}</span>
      {retries > 0 && <span>{retries === 1 ? '1 retry' : `${retries} retries`}</span>}
      {count > 1 && <span>{count} times</span>}
    </>
  )
}
