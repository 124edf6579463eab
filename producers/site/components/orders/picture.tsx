import { ACROSS, BOX, DOWN, type Drawing, EDGES, type Point } from '../../orders/picture.ts'
import { ALL_STEPS, type Passed, type Step } from '../../orders/progress.ts'
import { stepName } from '../../orders/steps.ts'
import { timeOfDay } from '../../orders/words.ts'

interface Props {
  readonly path: readonly Passed[]
}

/** The workflow, and the path of an order through it: from left to right, or downwards where there is no room for that. */
export const Picture = ({ path }: Props) => (
  <div className="card workflow">
    <Graph drawing={ACROSS} path={path} className="across" />
    <Graph drawing={DOWN} path={path} className="down" />
  </div>
)

const Graph = ({ drawing, path, className }: Props & { readonly drawing: Drawing; readonly className: string }) => {
  const { width, height, centreOf, line } = drawing
  const isTaken = (from: Step, to: Step) =>
    path.some(({ step }, index) => step === from && path[index + 1]?.step === to)
  return (
    <svg className={className} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={inWords(path)}>
      {EDGES.map(([from, to]) => (
        <Edge key={`${from} ${to}`} line={line(from, to)} isTaken={isTaken(from, to)} />
      ))}
      {ALL_STEPS.map((step) => (
        <Box key={step} step={step} centre={centreOf(step)} passed={path.find((passed) => passed.step === step)} />
      ))}
    </svg>
  )
}

const inWords = (path: readonly Passed[]): string =>
  `The way of this order: ${path.map(({ step, state }) => stepName(step, state)).join(', then ')}.`

const Edge = ({ line, isTaken }: { readonly line: readonly Point[]; readonly isTaken: boolean }) => {
  const [before, end] = line.slice(-2)
  if (!before || !end) return null
  const degrees = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI
  return (
    <g className="edge" data-is-taken={isTaken || undefined}>
      <polyline points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
      <path d="M-8 -5 0 0-8 5" transform={`translate(${end.x} ${end.y}) rotate(${degrees})`} />
    </g>
  )
}

interface BoxProps {
  readonly step: Step
  readonly centre: Point
  readonly passed: Passed | undefined
}

const SIGNS = { done: 'm-5 0 3.5 3.5L5-4', stopped: 'm-4-4 8 8M4-4l-8 8', idle: 'M-4 0h8', current: undefined }

const Box = ({ step, centre: { x, y }, passed }: BoxProps) => {
  const sign = passed && SIGNS[passed.state]
  return (
    <g className="box" data-state={passed?.state} transform={`translate(${x} ${y})`}>
      <rect x={-BOX.width / 2} y={-BOX.height / 2} width={BOX.width} height={BOX.height} rx={14} />
      {sign && <path d={sign} transform={`translate(${22 - BOX.width / 2} 0)`} />}
      {passed?.state === 'current' && <circle cx={22 - BOX.width / 2} r={5} />}
      <text x={sign || passed ? 38 - BOX.width / 2 : 22 - BOX.width / 2} y={passed?.at ? -3 : 5}>
        {stepName(step, passed?.state)}
      </text>
      {passed?.at && (
        <text className="when" x={38 - BOX.width / 2} y={15}>
          {timeOfDay(passed.at)}
        </text>
      )}
    </g>
  )
}
