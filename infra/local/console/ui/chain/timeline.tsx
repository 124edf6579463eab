import { type CSSProperties, useMemo } from 'react'
import { useNow } from '../live/use-now.ts'
import type { ConsoleEvent } from '../model/event.ts'
import { counted, formatDuration, formatOffset } from '../model/format.ts'
import { type Scale, scaleOf } from '../model/scale.ts'
import { busyIn, type Line, timelineOf } from '../model/timeline.ts'
import { DeliveryBar, DeliveryLabel, EmitterLabel, EventLabel } from './lines.tsx'
import styles from './timeline.module.css'

/** What one request caused: the tree of who followed from whom, and beside it when, on one axis. */
export function Timeline({ events }: { readonly events: readonly ConsoleEvent[] }) {
  const isOpen = events.some(({ deliveries }) => deliveries.some(({ outcome }) => /pending|retrying/.test(outcome)))
  const now = useNow(isOpen)
  const lines = useMemo(() => timelineOf(events, now), [events, now])
  const scale = useMemo(
    () => scaleOf([...busyIn(lines), ...(isOpen ? [{ from: now, to: now }] : [])]),
    [lines, isOpen, now],
  )
  const startedAt = Math.min(...events.map(({ receivedAt }) => receivedAt))
  return (
    <div className={styles.timeline}>
      <Axis scale={scale} />
      <Lines lines={lines} depth={0} scale={scale} startedAt={startedAt} />
    </div>
  )
}

/** A place on the axis, for the style sheet. */
const placed = (at: number, width?: number): CSSProperties => ({
  left: `${100 * at}%`,
  ...(width === undefined ? {} : { width: `${100 * width}%` }),
})

function Axis({ scale }: { readonly scale: Scale }) {
  return (
    <div className={styles.axis} aria-hidden="true">
      <div className={styles.track}>
        {scale.ticks.map(({ at, time }) => (
          <span key={time} className={styles.tick} style={placed(at)}>
            <span>{formatOffset(time)}</span>
          </span>
        ))}
        {scale.breaks.map(({ at, ms }) => (
          <span key={at} className={styles.break} style={placed(at)} title={`${formatDuration(ms)} left out`}>
            <span>{formatDuration(ms)}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

interface LinesProps {
  readonly lines: readonly Line[]
  readonly depth: number
  readonly scale: Scale
  readonly startedAt: number
}

function Lines({ lines, depth, ...rest }: LinesProps) {
  if (lines.length === 0) return null
  return (
    <ol className={styles.lines}>
      {lines.map((line) => (
        <li key={line.key} className={styles.line} style={{ '--depth': depth } as CSSProperties}>
          <div className={styles.row} data-kind={line.kind}>
            <OneLine line={line} {...rest} />
          </div>
          {line.lines.length > 0 && line.kind !== 'emitter' && (
            <p className="said">{counted(line.lines.length, 'line')} below it:</p>
          )}
          <Lines lines={line.lines} depth={depth + 1} {...rest} />
        </li>
      ))}
    </ol>
  )
}

function OneLine({ line, scale, startedAt }: Omit<LinesProps, 'lines' | 'depth'> & { readonly line: Line }) {
  if (line.kind === 'emitter')
    return (
      <>
        <EmitterLabel emitter={line.emitter} />
        <div className={styles.track} />
      </>
    )
  if (line.kind === 'event') {
    const { receivedAt } = line.event
    return (
      <>
        <EventLabel line={line} startedAt={startedAt} />
        <div className={styles.track}>
          <span className={styles.moment} style={placed(scale.at(receivedAt))} />
        </div>
      </>
    )
  }
  return (
    <>
      <DeliveryLabel delivery={line.delivery} />
      <div className={styles.track}>
        <DeliveryBar line={line} place={(from, to) => placed(scale.at(from), scale.at(to) - scale.at(from))} />
      </div>
    </>
  )
}
