import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** A function at work on messages of a queue. */
export interface Attempt {
  readonly id: string
  /** What the messages are to this function: its name, and the event's id or, where there is none, the message's own. */
  readonly about: readonly string[]
}

/** What queues' functions are working on at this moment. */
export interface Attempts {
  /** Begins one. The function is invoked with the trace, so its calls tell which attempt they are part of. */
  readonly begin: (about: readonly string[]) => Attempt & { readonly traceId: string }
  /** When all that came of it is settled. `done`: what it was about and need not be tried again. */
  readonly end: (attempt: Attempt, done: readonly string[]) => void
  /** The one that a call is part of. */
  readonly of: (headers: IncomingHttpHeaders) => Attempt | undefined
  readonly onEnd: (listener: Attempts['end']) => void
}

/** Of X-Ray's trace header, which SDKs in a function send with each call, the part that stays the same. */
const ROOT = /Root=([^;]+)/

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function newTraceId(): string {
  const id = randomUUID().replaceAll('-', '')
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.slice(8)};Parent=${id.slice(0, 16)};Sampled=1`
}

/** None at first. */
export function createAttempts(): Attempts {
  const current = new Map<string, Attempt>()
  const listeners: Attempts['end'][] = []
  const idIn = (traceId: string): string => ROOT.exec(traceId)?.[1] ?? ''
  return {
    begin(about) {
      const traceId = newTraceId()
      const attempt = { id: idIn(traceId), about, traceId }
      current.set(attempt.id, attempt)
      return attempt
    },
    end(attempt, done) {
      current.delete(attempt.id)
      for (const listener of listeners) listener(attempt, done)
    },
    of: ({ 'x-amzn-trace-id': traceId }) => (typeof traceId === 'string' ? current.get(idIn(traceId)) : undefined),
    onEnd: (listener) => void listeners.push(listener),
  }
}
