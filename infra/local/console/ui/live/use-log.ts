import { useCallback, useEffect, useRef, useState } from 'react'
import { Found } from '../model/event.ts'
import { type Log, LogPage, refreshed, withNewer, withOlder } from '../model/log.ts'
import { onChange } from './connection.ts'

interface LiveLog {
  /** What was found so far. */
  readonly log: Log | undefined
  /** Older events are being looked for. */
  readonly looking: boolean
  readonly failed: boolean
  /** Looks for older ones, if there are any. */
  readonly more: () => void
  readonly retry: () => void
}

const PAGE = 100
const MOST = 500
/** Between two looks at what is new; longer when answers take long, so that watching never becomes the load. */
const PAUSE_MS = 250
const PAUSE_FACTOR = 4

/** The events in which a text occurs (all, if it is empty), newest first, kept up to date. */
export function useLog(text: string): LiveLog {
  const [state, setState] = useState<Pick<LiveLog, 'log' | 'looking' | 'failed'>>(BEGINNING)
  const follow = useRef<ReturnType<typeof followLog>>(undefined)
  useEffect(() => {
    setState(BEGINNING)
    follow.current = followLog(text, setState)
    return follow.current.stop
  }, [text])
  return {
    ...state,
    more: useCallback(() => follow.current?.more(), []),
    retry: useCallback(() => follow.current?.retry(), []),
  }
}

const BEGINNING = { log: undefined, looking: true, failed: false }

/** Does one thing after the other: older events first, as somebody waits for them. */
function followLog(text: string, show: (state: Pick<LiveLog, 'log' | 'looking' | 'failed'>) => void) {
  const stopped = new AbortController()
  const changed = new Set<string>()
  let log: Log | undefined
  let older = PAGE
  let newer = false
  let busy = false
  let hurry = () => {}

  async function fetchJson(path: string): Promise<unknown> {
    const response = await fetch(`/_console/api/${path}`, { signal: stopped.signal })
    if (!response.ok) throw new Error(`The console answered ${response.status}`)
    return response.json()
  }

  async function fetchPage(limit: number, range: Readonly<Record<string, number | undefined>>): Promise<LogPage> {
    const given = Object.entries({ ...range, limit }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    )
    return LogPage.parse(await fetchJson(`log?${new URLSearchParams([...given, ...(text ? [['text', text]] : [])])}`))
  }

  async function lookBack(): Promise<void> {
    const page = await fetchPage(older, { before: log?.next })
    log = withOlder(log, page)
    older = page.next === undefined ? 0 : Math.max(older - page.events.length, 0)
  }

  async function lookForNew(from: Log): Promise<void> {
    newer = false
    let page = await fetchPage(MOST, { after: from.head })
    // A search stops now and then on its way.
    while (page.next !== undefined && page.events.length < MOST) {
      const rest = await fetchPage(MOST - page.events.length, { after: from.head, before: page.next })
      page = { ...rest, events: [...page.events, ...rest.events], head: page.head }
    }
    log = withNewer(from, page)
  }

  async function lookAgain(from: Log): Promise<void> {
    const places = from.events.flatMap(({ id, place }) => (changed.has(id) ? [place] : [])).slice(0, MOST)
    changed.clear()
    if (places.length > 0) log = refreshed(from, Found.parse(await fetchJson(`log/at?places=${places}`)).events)
  }

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    try {
      while (!stopped.signal.aborted && (older > 0 || newer || changed.size > 0)) {
        const startedAt = performance.now()
        if (older > 0) await lookBack()
        else if (log && newer) await lookForNew(log)
        else if (log) await lookAgain(log)
        show({ log, looking: older > 0, failed: false })
        const took = performance.now() - startedAt
        if (older === 0) await pause(Math.max(PAUSE_MS, took * PAUSE_FACTOR))
      }
    } catch {
      if (!stopped.signal.aborted) show({ log, looking: false, failed: true })
    }
    busy = false
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  function onEvents(ids: readonly string[] | undefined): void {
    const known = new Set(log?.events.map(({ id }) => id))
    for (const id of ids ?? known) {
      if (known.has(id)) changed.add(id)
      else newer = true
    }
    if (ids === undefined) newer = true
    void work()
  }

  const unsubscribe = onChange('events', onEvents)
  void work()
  return {
    more() {
      if (log?.next === undefined || older > 0) return
      older = PAGE
      show({ log, looking: true, failed: false })
      hurry()
      void work()
    },
    retry: () => onEvents(undefined),
    stop() {
      stopped.abort()
      unsubscribe()
    },
  }
}
