import type { OrderStatus } from '../../../schemas/orders.ts'
import type { Answer } from '../api/call.ts'
import { type Trouble, troubleOf } from '../api/failure.ts'
import { pause } from '../api/pause.ts'
import { type Order, orderIn } from './load.ts'

/** What is known of an order. */
export interface Sight {
  readonly order?: Order | undefined
  /** There is no such order, or not yet. */
  readonly isMissing?: boolean
  /** Why the last look failed. */
  readonly trouble?: Trouble
  /** Nobody looks any more, though there may be more to see. */
  readonly isOver?: boolean
}

interface Options {
  readonly look: () => Promise<Answer>
  /** It was placed a moment ago: that is answered before there is a record of it. */
  readonly isNew: boolean
  readonly signal: AbortSignal
  readonly show: (sight: Sight) => void
  readonly isVisible?: () => boolean
}

const FIRST_MS = 200
const SLOWER_BY = 1.5
const LONGEST_MS = 3_000
const FOR_MS = 10 * 60_000
const UNSEEN_FOR_MS = 30_000

const FINAL: readonly OrderStatus[] = ['CONFIRMED', 'FAILED', 'EXPIRED']

/**
 * Looks at an order while the page is visible, often when something has changed and then ever more seldom, until it has
 * come to an end or ten minutes are over. Shows each change.
 */
export async function follow({ look, isNew, signal, show, isVisible = isPageVisible }: Options): Promise<void> {
  const start = Date.now()
  let order: Order | undefined
  let ms = FIRST_MS
  do {
    const elapsed = Date.now() - start
    if (elapsed > FOR_MS) return show({ order, isOver: true })
    if (isVisible()) {
      const answer = await look()
      if (signal.aborted) return
      const seen = orderIn(answer)
      if (seen) {
        if (seen.status !== order?.status) ms = FIRST_MS
        order = seen
        show({ order })
        if (FINAL.includes(seen.status)) return
      } else if (answer.status !== 404 || order) {
        show({ order, trouble: troubleOf(answer) })
      } else if (!isNew || elapsed > UNSEEN_FOR_MS) {
        return show({ isMissing: true, isOver: isNew })
      }
    }
    ms = Math.min(ms * SLOWER_BY, LONGEST_MS)
  } while (await pause(ms, signal))
}

const isPageVisible = () => document.visibilityState === 'visible'
