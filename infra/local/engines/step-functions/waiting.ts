import { setTimeout as delay } from 'node:timers/promises'

/** What a timer can wait for at most. */
const LONGEST_MS = 2 ** 31 - 1

/** Waits until that time, in epoch milliseconds. Rejects when the signal aborts. */
export async function sleepUntil(time: number, now: () => number, signal: AbortSignal): Promise<void> {
  for (let rest = time - now(); rest > 0; rest = time - now())
    await delay(Math.min(rest, LONGEST_MS), undefined, { signal })
}

/**
 * What `work` comes to, unless that takes longer than so many seconds: then `late` is thrown. Rejects at once when the
 * signal aborts; the work itself cannot be taken back.
 */
export async function within<Result>(
  work: Promise<Result>,
  {
    seconds,
    signal,
    late,
  }: { readonly seconds: number | undefined; readonly signal: AbortSignal; readonly late: Error },
): Promise<Result> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const timer = delay(seconds === undefined ? LONGEST_MS : Math.min(seconds * 1000, LONGEST_MS), undefined, {
    signal: either,
    ref: seconds !== undefined,
  }).then(() => {
    throw late
  })
  try {
    return await Promise.race([work, timer])
  } finally {
    over.abort()
  }
}
