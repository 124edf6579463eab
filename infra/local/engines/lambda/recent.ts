/** What a function has been doing lately. */
export interface Lately {
  readonly invocations: number
  readonly errors: number
  /** Times that it was not invoked, because as many ran as may. */
  readonly throttles: number
  /** Of an invocation, with what it waited for an environment. */
  readonly averageMs: number | undefined
}

interface Invoked {
  readonly at: number
  /** How long it took; undefined if it was throttled. */
  readonly ms: number | undefined
  readonly hasFailed: boolean
}

export const LATELY_MINUTES = 10
const REMEMBERED = 1000

/** Remembers, in memory, the newest thousand invocations of each function. */
export function recentInvocations(now: () => number) {
  const byFunction = new Map<string, Invoked[]>()

  function remember(functionName: string, invoked: Omit<Invoked, 'at'>): void {
    const known = byFunction.get(functionName) ?? []
    if (known.length === 0) byFunction.set(functionName, known)
    if (known.length === REMEMBERED) known.shift()
    known.push({ at: now(), ...invoked })
  }

  return {
    add: (functionName: string, ms: number, hasFailed: boolean) => remember(functionName, { ms, hasFailed }),
    addThrottled: (functionName: string) => remember(functionName, { ms: undefined, hasFailed: false }),

    of(functionName: string): Lately {
      const since = now() - LATELY_MINUTES * 60_000
      const lately = (byFunction.get(functionName) ?? []).filter(({ at }) => at >= since)
      const times = lately.flatMap(({ ms }) => ms ?? [])
      return {
        invocations: times.length,
        errors: lately.filter(({ hasFailed }) => hasFailed).length,
        throttles: lately.length - times.length,
        averageMs: times.length > 0 ? times.reduce((sum, ms) => sum + ms, 0) / times.length : undefined,
      }
    },
  }
}
