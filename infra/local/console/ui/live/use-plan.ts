import { useEffect, useState } from 'react'
import { Plan, type Wish } from '../model/replay.ts'
import { post } from './post.ts'

interface Planned {
  /** Of the wish before, while a new one is being planned. */
  readonly plan: Plan | undefined
  /** Why it cannot be, as a sentence. */
  readonly problem: string | undefined
}

const PAUSE_MS = 150

/** What a replay would do. */
export function usePlan(wish: Wish): Planned {
  const [planned, setPlanned] = useState<Planned>({ plan: undefined, problem: undefined })
  const json = JSON.stringify(wish)
  useEffect(() => {
    let isWanted = true
    const timer = setTimeout(() => {
      post('replays/plan', JSON.parse(json)).then(
        (answer) => isWanted && setPlanned({ plan: Plan.parse(answer), problem: undefined }),
        (error: unknown) => isWanted && setPlanned({ plan: undefined, problem: String(Object(error).message) }),
      )
    }, PAUSE_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [json])
  return planned
}
