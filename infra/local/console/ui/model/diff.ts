/** A line of two texts side by side; `undefined` where one has none. */
export interface DiffRow {
  readonly before: string | undefined
  readonly after: string | undefined
  readonly kind: 'same' | 'changed'
  /** Place in the list. */
  readonly at: number
}

/** Two texts line by line, what they have in common beside each other: their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffRow[] {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const lengths = commonLengths(left, right)
  const rows: DiffRow[] = []
  const add = (one: string | undefined, other: string | undefined) =>
    rows.push({ before: one, after: other, kind: one === other ? 'same' : 'changed', at: rows.length })
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && left[i] === right[j]) add(left[i++], right[j++])
    else if (j >= right.length || (i < left.length && lengthAt(lengths, i + 1, j) >= lengthAt(lengths, i, j + 1)))
      add(left[i++], undefined)
    else add(undefined, right[j++])
  }
  return paired(rows)
}

const lengthAt = (lengths: readonly (readonly number[])[], i: number, j: number): number => lengths[i]?.[j] ?? 0

/** How many lines the rests from `i` and from `j` on have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let i = left.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? []
    for (let j = right.length - 1; j >= 0; j--)
      row[j] =
        left[i] === right[j]
          ? lengthAt(lengths, i + 1, j + 1) + 1
          : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1))
  }
  return lengths
}

/** Puts what went beside what came in its place. */
function paired(rows: readonly DiffRow[]): readonly DiffRow[] {
  const result: DiffRow[] = []
  let [gone, come]: [string[], string[]] = [[], []]
  const flush = () => {
    for (let n = 0; n < Math.max(gone.length, come.length); n++)
      result.push({ before: gone[n], after: come[n], kind: 'changed', at: result.length })
    ;[gone, come] = [[], []]
  }
  for (const row of rows) {
    if (row.kind === 'same') {
      flush()
      result.push({ ...row, at: result.length })
    } else {
      if (row.before !== undefined) gone.push(row.before)
      if (row.after !== undefined) come.push(row.after)
    }
  }
  flush()
  return result
}
