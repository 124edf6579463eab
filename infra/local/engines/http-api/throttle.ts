/** A token bucket: `burst` requests at once, `rate` a second in the long run. The result tells whether one more may pass. */
export function createThrottle(burst: number, rate: number, now: () => number): () => boolean {
  let tokens = burst
  let filledAt = now()
  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) / 1000) * rate)
    filledAt = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
