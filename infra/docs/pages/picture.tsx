import type { ReactNode } from 'react'
import { type Columns, columnsOf, ROOM } from '../flow/columns.ts'
import type { FlowGraph, FlowNode } from '../flow/graph.ts'
import { type Lanes, lanesOf } from '../flow/lanes.ts'
import styles from './picture.module.css'

interface Props {
  readonly graph: FlowGraph
  readonly label: string
}

/** How much smaller than it is laid out a picture may be drawn, so that it can still be read. */
const SMALLEST = 0.8

/** A graph from left to right where there is room, else from top to bottom. */
export const Picture = ({ graph, label }: Props) => {
  const columns = columnsOf(graph)
  const mayBeWide = columns.width * SMALLEST <= ROOM
  return (
    <div className={styles.picture} data-wide={mayBeWide}>
      {mayBeWide && <Wide {...columns} label={label} />}
      <Narrow {...lanesOf(graph)} label={label} />
    </div>
  )
}

// An image has no parts for a screen reader; so its links are left out of the tab order, and in the text instead.
const Link = ({ node, children }: { readonly node: FlowNode; readonly children: ReactNode }) => (
  <a href={node.href} tabIndex={-1} data-kind={node.kind}>
    {children}
  </a>
)

function Wide({ width, height, boxes, arrows, label }: Columns & { readonly label: string }) {
  return (
    <svg
      className={styles.wide}
      role="img"
      aria-label={label}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      width={width + 2}
      height={height + 2}
    >
      {arrows.map((path) => (
        <path key={path} className={styles.arrow} d={path} />
      ))}
      {boxes.map(({ x, y, width: boxWidth, height: boxHeight, lines, ...node }) => (
        <Link key={node.id} node={node}>
          <rect x={x} y={y} width={boxWidth} height={boxHeight} rx={node.kind === 'event' ? boxHeight / 2 : 6} />
          <Label lines={lines} note={node.note} x={x + boxWidth / 2} y={y + boxHeight / 2} anchor="middle" />
        </Link>
      ))}
    </svg>
  )
}

function Narrow({ width, height, labelX, lanes, rows, label }: Lanes & { readonly label: string }) {
  return (
    <svg
      className={styles.narrow}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      {lanes.map(({ id, x, from, to }) => (
        <path key={id} className={styles.lane} d={`M${x} ${from} V${to}`} />
      ))}
      {rows.map(({ y, joints, ...node }) => (
        <Link key={node.id} node={node}>
          {joints.map(({ x, role }) => (
            <g key={`${role} ${x}`} data-role={role}>
              <path className={styles.arrow} d={`M${x} ${y} H${labelX - 6}`} />
              <circle cx={x} cy={y} r={role === 'self' ? 6 : 3.5} />
            </g>
          ))}
          <Label lines={[node.label]} note={node.note} x={labelX} y={y} anchor="start" />
        </Link>
      ))}
    </svg>
  )
}

const Label = ({ lines, note, x, y, anchor }: LabelProps) => (
  <text x={x} y={y - 3 - 7.5 * (lines.length - 1)} textAnchor={anchor}>
    {lines.map((line, index) => (
      <tspan key={line} x={x} dy={index === 0 ? 0 : 15}>
        {line}
      </tspan>
    ))}
    <tspan x={x} dy="15" className={styles.note}>
      {note}
    </tspan>
  </text>
)

interface LabelProps {
  readonly lines: readonly string[]
  readonly note: string
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle'
}
