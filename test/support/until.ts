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
