import { setTimeout as pause } from 'node:timers/promises'

/** Longer than most invocations take, shorter than anybody waits after Ctrl-C. */
const GRACE_MS = 3000

/** Keeps count of what runs, so that stopping can wait for it. */
export function runningWork() {
  const running = new Set<Promise<void>>()
  return {
    size: () => running.size,
    add(work: Promise<void>): void {
      const tracked = work.finally(() => running.delete(tracked))
      running.add(tracked)
    },
    /** Resolves when all has ended, what was begun meanwhile too. */
    async ended(): Promise<void> {
      while (running.size > 0) await Promise.all(running)
    },
    /** The same, or after a grace. */
    async endedOrLate(): Promise<void> {
      const grace = new AbortController()
      const late = pause(GRACE_MS, undefined, { signal: grace.signal }).catch(() => {})
      await Promise.race([this.ended(), late])
      grace.abort()
    },
  }
}
