import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

/** `resting`: nobody looks, so the browser's few connections are left to others. */
export type Connection = 'connecting' | 'live' | 'lost' | 'resting'
export type Topic = 'events' | 'emails' | 'executions'

const Changed = z.object({
  events: z.optional(z.array(z.string())),
  emails: z.optional(z.boolean()),
  executions: z.optional(z.boolean()),
})
const TOPICS = ['events', 'emails', 'executions'] as const satisfies readonly Topic[]
const RETRY_MS = 2000

const connectionListeners = new Set<() => void>()
/** Told what changed, if only that. */
type ChangeListener = (ids?: readonly string[]) => void

const changeListeners: Readonly<Record<Topic, Set<ChangeListener>>> = {
  events: new Set(),
  emails: new Set(),
  executions: new Set(),
}
let connection: Connection = 'connecting'
let source: EventSource | undefined

function become(next: Connection): void {
  connection = next
  for (const listener of connectionListeners) listener()
}

function tell(topic: Topic, ids?: readonly string[]): void {
  for (const listener of changeListeners[topic]) listener(ids)
}

function connect(): void {
  if (document.hidden) {
    become('resting')
    return
  }
  const opened = new EventSource('/_console/api/stream')
  source = opened
  opened.addEventListener('open', () => {
    become('live')
    // What changed while there was no connection is not told again.
    for (const topic of TOPICS) tell(topic)
  })
  opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
    const { events, emails, executions } = Changed.parse(JSON.parse(data))
    if (events) tell('events', events)
    if (emails) tell('emails')
    if (executions) tell('executions')
  })
  opened.addEventListener('error', () => {
    become('lost')
    // The browser tries again by itself, unless somebody else answers at this port now.
    if (opened.readyState === EventSource.CLOSED)
      setTimeout(() => {
        if (source === opened) connect()
      }, RETRY_MS)
  })
}

document.addEventListener('visibilitychange', () => {
  source?.close()
  source = undefined
  connect()
})
connect()

/** Calls the listener when something of the topic may have changed: these events, or any. Returns unsubscribe. */
export function onChange(topic: Topic, listener: ChangeListener): () => void {
  changeListeners[topic].add(listener)
  return () => changeListeners[topic].delete(listener)
}

const subscribe = (listener: () => void) => {
  connectionListeners.add(listener)
  return () => connectionListeners.delete(listener)
}

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => connection)
