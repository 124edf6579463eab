/** What a function has been doing lately. */
export interface Lately {
  readonly invocations: number
  readonly errors: number
  /** Of an invocation, with what it waited for an environment. */
  readonly averageMs: number | undefined
}

interface Invoked {
  readonly at: number
  readonly ms: number
  readonly hasFailed: boolean
}

export const LATELY_MINUTES = 10
const REMEMBERED = 1000

/** Remembers, in memory, the newest thousand invocations of each function. */
export function recentInvocations(now: () => number) {
  const byFunction = new Map<string, Invoked[]>()
  return {
    add(functionName: string, ms: number, hasFailed: boolean): void {
      const known = byFunction.get(functionName) ?? []
      if (known.length === 0) byFunction.set(functionName, known)
      if (known.length === REMEMBERED) known.shift()
      known.push({ at: now(), ms, hasFailed })
    },

    of(functionName: string): Lately {
      const since = now() - LATELY_MINUTES * 60_000
      const lately = (byFunction.get(functionName) ?? []).filter(({ at }) => at >= since)
      return {
        invocations: lately.length,
        errors: lately.filter(({ hasFailed }) => hasFailed).length,
        averageMs: lately.length > 0 ? lately.reduce((sum, { ms }) => sum + ms, 0) / lately.length : undefined,
      }
    },
  }
}
