/** Milliseconds since the epoch; something happens from the one to the other. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** How times lie on an axis whose length is 1. */
export interface Scale {
  readonly at: (time: number) => number
  /** Where nothing happened for long, and how long: that much is left out. */
  readonly breaks: readonly { readonly at: number; readonly ms: number }[]
  readonly ticks: readonly { readonly at: number; readonly time: number }[]
}

interface Piece extends Interval {
  /** How much of the axis it takes, in milliseconds. */
  readonly width: number
}

/** A time in which nothing happens takes at most this part of what happens, or this long. */
const LONGEST_PART = 0.4
const LONGEST_MS = 120
const TICKS = 5

/** An axis on which everything that happens can be seen, however long nothing happens in between. */
export function scaleOf(intervals: readonly Interval[]): Scale {
  const busy = merged(intervals)
  const longest = Math.max(LONGEST_MS, LONGEST_PART * busy.reduce((sum, { from, to }) => sum + to - from, 0))
  const pieces: Piece[] = []
  for (const { from, to } of busy) {
    const before = pieces.at(-1)
    if (before) pieces.push({ from: before.to, to: from, width: Math.min(from - before.to, longest) })
    pieces.push({ from, to, width: to - from })
  }
  const total = Math.max(
    pieces.reduce((sum, { width }) => sum + width, 0),
    1,
  )

  function at(time: number): number {
    let passed = 0
    for (const { from, to, width } of pieces) {
      if (time < from) break
      if (time < to) return (passed + ((time - from) * width) / (to - from)) / total
      passed += width
    }
    return passed / total
  }

  const cut = pieces.filter(({ from, to, width }) => to - from > width)
  const start = pieces[0]?.from ?? 0
  const isCut = (time: number) => cut.some(({ from, to }) => from < time && time < to)
  return {
    at,
    breaks: cut.map(({ from, to }) => ({ at: (at(from) + at(to)) / 2, ms: to - from })),
    ticks: ticksOf(pieces, total)
      .filter((time) => !isCut(time))
      .map((time) => ({ at: at(time), time: time - start })),
  }
}

function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = []
  for (const interval of intervals.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1)
    if (last && interval.from <= last.to) result[result.length - 1] = { ...last, to: Math.max(last.to, interval.to) }
    else result.push(interval)
  }
  return result
}

/** Round times since the start, about as many as are good to read. */
function ticksOf(pieces: readonly Piece[], total: number): readonly number[] {
  const start = pieces[0]?.from ?? 0
  const rough = total / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (rough / power >= 5 ? 10 : rough / power >= 2 ? 5 : rough / power >= 1 ? 2 : 1)
  // Within a part that is left out there would be far too many.
  return pieces
    .filter(({ from, to, width }) => to - from <= width)
    .flatMap(({ from, to }) => {
      const first = Math.ceil((from - start) / step)
      return Array.from(
        { length: Math.floor((to - start) / step) - first + 1 },
        (_, index) => start + (first + index) * step,
      )
    })
    .filter((time, index, all) => time !== all[index - 1])
}
