const LINES = [0, 1, 2, 3, 4]
const NOTES = [
  { x: 620, y: 62.5 },
  { x: 730, y: 45 },
  { x: 850, y: 28 },
]

/** Five lines and three notes at the top of every page. Decoration only. */
export const Score = () => (
  <svg className="score" viewBox="0 0 960 96" preserveAspectRatio="xMaxYMin slice" aria-hidden="true">
    {LINES.map((line) => {
      const y = 20 + line * 13
      return <path key={line} d={`M0 ${y + 16} C 260 ${y + 20} 480 ${y} 640 ${y - 2} S 860 ${y - 14} 970 ${y + 2}`} />
    })}
    {NOTES.map(({ x, y }) => (
      <circle key={x} cx={x} cy={y} r="6.5" />
    ))}
  </svg>
)
