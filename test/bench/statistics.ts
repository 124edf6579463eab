/** Nearest-rank percentile of some values; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
}

export const median = (values: readonly number[]): number => percentile(values, 50)

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

/** Runs `work` for 0 … count − 1, at most `concurrency` at a time; answers the milliseconds of each. */
export async function times(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<void>,
): Promise<number[]> {
  const taken: number[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) {
        const index = next++
        const startedAt = performance.now()
        await work(index)
        taken.push(performance.now() - startedAt)
      }
    }),
  )
  return taken
}
