import { expect } from 'vitest'

/**
 * To compare with a count of deliveries or attempts: exactly so many or, where deliveries come twice on purpose, at
 * least. What they bring about is counted exactly always.
 */
export const delivered = (count: number): unknown =>
  process.env.CHAOS_SEED === undefined ? count : expect.toSatisfy((seen: number) => seen >= count)
