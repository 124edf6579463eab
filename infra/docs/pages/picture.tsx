import type { ReactNode } from 'react'
import { columnsOf } from '../flow/columns.ts'
import type { FlowGraph, FlowNode } from '../flow/graph.ts'
import { lanesOf } from '../flow/lanes.ts'
import styles from './picture.module.css'

interface Props {
  readonly graph: FlowGraph
  readonly label: string
}

/** A graph from left to right where there is room, else from top to bottom. */
export const Picture = ({ graph, label }: Props) => (
  <div className={styles.picture}>
    <Wide graph={graph} label={label} />
    <Narrow graph={graph} label={label} />
  </div>
)

// An image has no parts for a screen reader; so its links are left out of the tab order, and in the text instead.
const Link = ({ node, children }: { readonly node: FlowNode; readonly children: ReactNode }) => (
  <a href={node.href} tabIndex={-1} data-kind={node.kind}>
    {children}
  </a>
)

function Wide({ graph, label }: Props) {
  const { width, height, boxes, arrows } = columnsOf(graph)
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
      {boxes.map(({ x, y, width: boxWidth, height: boxHeight, ...node }) => (
        <Link key={node.id} node={node}>
          <rect x={x} y={y} width={boxWidth} height={boxHeight} rx={node.kind === 'event' ? boxHeight / 2 : 6} />
          <Label node={node} x={x + boxWidth / 2} y={y + boxHeight / 2} anchor="middle" />
        </Link>
      ))}
    </svg>
  )
}

function Narrow({ graph, label }: Props) {
  const { width, height, labelX, lanes, rows } = lanesOf(graph)
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
          <Label node={node} x={labelX} y={y} anchor="start" />
        </Link>
      ))}
    </svg>
  )
}

const Label = ({ node, x, y, anchor }: LabelProps) => (
  <text x={x} y={y} textAnchor={anchor}>
    <tspan x={x} dy="-0.2em">
      {node.label}
    </tspan>
    <tspan x={x} dy="1.35em" className={styles.note}>
      {node.note}
    </tspan>
  </text>
)

interface LabelProps {
  readonly node: FlowNode
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle'
}
