import type { Answer } from '../api/call.ts'
import { pause } from '../api/pause.ts'

const FIRST_MS = 2_000
const SLOWER_BY = 1.4
const LONGEST_MS = 30_000

/**
 * Looks again and again, until the signal: ever more seldom while nothing changes, and not at all while the page is not
 * to be seen. Tells of each answer that differs from the one before.
 */
export async function watch(
  look: () => Promise<Answer>,
  onChange: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = ''
  let ms = FIRST_MS
  while ((await pause(ms, signal)) && (await isSeen(signal))) {
    const answer = await look()
    if (signal.aborted) return
    const said = JSON.stringify(answer)
    ms = said === last ? Math.min(ms * SLOWER_BY, LONGEST_MS) : FIRST_MS
    if (said !== last) onChange(answer)
    last = said
  }
}

/** Resolves once the page is to be seen; false if the signal came first. */
const isSeen = (signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const done = new AbortController()
    const look = () => {
      if (!signal.aborted && document.visibilityState !== 'visible') return
      done.abort()
      resolve(!signal.aborted)
    }
    document.addEventListener('visibilitychange', look, { signal: done.signal })
    signal.addEventListener('abort', look, { signal: done.signal })
    look()
  })
