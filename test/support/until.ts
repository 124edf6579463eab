import { setTimeout as delay } from 'node:timers/promises'

/**
 * Tries until `look` neither throws nor rejects; answers what it answered. After `timeoutMs` it rejects with the last
 * complaint. Works in tests and benchmarks alike.
 */
export async function until<Seen>(look: () => Promise<Seen> | Seen, timeoutMs = 30_000, everyMs = 20): Promise<Seen> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await look()
    } catch (complaint) {
      if (performance.now() > deadline) throw complaint
    }
    await delay(everyMs)
  }
}

/** The same for what is said by a yes or no, and may be so for a moment only. */
export const untilTrue = (look: () => Promise<boolean> | boolean): Promise<void> =>
  until(
    async () => {
      if (!(await look())) throw new Error(`Still not: ${look}`)
    },
    30_000,
    1,
  )
