import type { Answer } from '../api/call.ts'
import { pause } from '../api/pause.ts'

const FIRST_MS = 150
const SLOWER_BY = 1.5
const LONGEST_MS = 3_000
const FOR_MS = 30_000

/**
 * A change is accepted before it is made. Looks, ever more seldom, until `isThere` says that it is; false if half a minute
 * was not enough, or nobody is logged in any more.
 */
export async function settle(look: () => Promise<Answer>, isThere: (answer: Answer) => boolean): Promise<boolean> {
  const deadline = Date.now() + FOR_MS
  for (let ms = FIRST_MS; Date.now() < deadline; ms = Math.min(ms * SLOWER_BY, LONGEST_MS)) {
    await pause(ms)
    const answer = await look()
    if (isThere(answer)) return true
    if (answer.status === 401) return false
  }
  return false
}
