import { useCallback, useEffect, useRef, useState } from 'react'
import { onChange, type Topic } from './connection.ts'
import { Problem } from './problem.ts'

export interface Live<Data> {
  /** What was fetched last; stays while something newer is on its way. */
  readonly data: Data | undefined
  /** The last attempt to fetch it did not work. */
  readonly failed: boolean
  /** Why it was refused, as a sentence for people, if that is what happened. */
  readonly problem?: string | undefined
  readonly retry: () => void
}

interface Source<Data> {
  readonly topics: readonly Topic[]
  /** Fetched that often, too, in milliseconds, while somebody looks: for what no topic tells. */
  readonly everyMs?: number
  readonly parse: (json: unknown) => Data
  /** Lets what did not change keep its identity, so that it is not rendered again. */
  readonly merge?: (before: Data, next: Data) => Data
}

/** Between two fetches; longer when answers take long, so that watching never becomes the load. */
const PAUSE_MS = 250
const PAUSE_FACTOR = 4

/** Data of the console's API, fetched again whenever its topic changes. `source` has to be a constant. */
export function useLive<Data>(path: string | undefined, source: Source<Data>): Live<Data> {
  const [state, setState] = useState<Omit<Live<Data>, 'retry'>>({ data: undefined, failed: false })
  const fetchNow = useRef(() => {})

  useEffect(() => {
    if (path === undefined) return
    const stop = new AbortController()
    let wanted = false
    let busy = false

    async function fetchOnce(url: string): Promise<void> {
      try {
        const response = await fetch(url, { signal: stop.signal })
        const answer: unknown = await response.json()
        if (!response.ok) {
          setState(({ data }) => ({ data, failed: true, problem: Problem.safeParse(answer).data?.detail }))
          return
        }
        const next = source.parse(answer)
        setState(({ data, failed }) => {
          const merged = data !== undefined && source.merge ? source.merge(data, next) : next
          return merged === data && !failed ? { data, failed } : { data: merged, failed: false }
        })
      } catch {
        if (!stop.signal.aborted) setState(({ data }) => ({ data, failed: true }))
      }
    }

    async function fetchWhileWanted(url: string): Promise<void> {
      wanted = true
      if (busy) return
      busy = true
      while (wanted && !stop.signal.aborted) {
        wanted = false
        const startedAt = performance.now()
        await fetchOnce(url)
        const took = performance.now() - startedAt
        await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, took * PAUSE_FACTOR)))
      }
      busy = false
    }

    fetchNow.current = () => void fetchWhileWanted(`/_console/api/${path}`)
    const unsubscribes = source.topics.map((topic) => onChange(topic, fetchNow.current))
    fetchNow.current()
    const ticks =
      source.everyMs === undefined
        ? undefined
        : setInterval(() => document.hidden || fetchNow.current(), source.everyMs)
    return () => {
      stop.abort()
      clearInterval(ticks)
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }, [path, source])

  return { ...state, retry: useCallback(() => fetchNow.current(), []) }
}
