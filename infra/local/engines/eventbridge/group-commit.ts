/** Writes that have gathered within one turn of the event loop, done in one transaction: a commit costs more than they do. */
export interface GroupCommit {
  /** Resolves once `work` is done and on disk; rejects if it, or another of the group, has thrown. */
  write(work: () => void): Promise<void>
  /** Does at once what has gathered. */
  flush(): void
}

interface Waiting {
  readonly work: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** `transaction` does all of the work or, if it throws, none of it. */
export function createGroupCommit(transaction: (work: () => void) => void): GroupCommit {
  let group: Waiting[] = []

  function flush(): void {
    const now = group
    group = []
    if (now.length === 0) return
    try {
      transaction(() => {
        for (const { work } of now) work()
      })
      for (const { resolve } of now) resolve()
    } catch (error) {
      for (const { reject } of now) reject(error)
    }
  }

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        if (group.length === 0) setImmediate(flush)
        group.push({ work, resolve, reject })
      }),
    flush,
  }
}
