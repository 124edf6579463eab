import { setTimeout as delay } from 'node:timers/promises'

/** What a timer can wait for at most. */
const LONGEST_MS = 2 ** 31 - 1

/** Waits until that time, in epoch milliseconds. Rejects when the signal aborts. */
export async function sleepUntil(time: number, now: () => number, signal: AbortSignal): Promise<void> {
  for (let rest = time - now(); rest > 0; rest = time - now())
    await delay(Math.min(rest, LONGEST_MS), undefined, { signal })
}

/**
 * What `work` comes to, unless that takes longer than so many seconds: then what `late` makes is thrown. Rejects at once
 * when the signal aborts; the work itself cannot be taken back.
 */
export async function within<Result>(
  work: Promise<Result>,
  {
    seconds,
    signal,
    late,
  }: { readonly seconds: number | undefined; readonly signal: AbortSignal; readonly late: () => Error },
): Promise<Result> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  const timer =
    seconds === undefined ? undefined : setTimeout(() => reject(late()), Math.min(seconds * 1000, LONGEST_MS))
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
