import { useState } from 'react'

interface Action {
  /** Does it, unless something is being done already. */
  readonly run: (work: () => Promise<unknown>) => void
  readonly busy: boolean
  /** What went wrong the last time, as a sentence. */
  readonly problem: string | undefined
}

/** Something that a button does. */
export function useAction(): Action {
  const [state, setState] = useState<Omit<Action, 'run'>>({ busy: false, problem: undefined })
  const run = (work: () => Promise<unknown>) => {
    if (state.busy) return
    setState({ busy: true, problem: undefined })
    work().then(
      () => setState({ busy: false, problem: undefined }),
      (error: unknown) => setState({ busy: false, problem: error instanceof Error ? error.message : String(error) }),
    )
  }
  return { ...state, run }
}
