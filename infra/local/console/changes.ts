import type { ServerResponse } from 'node:http'

interface Sources {
  readonly onEvent: (listener: (eventId: string) => void) => () => void
  readonly onEmail: (listener: () => void) => () => void
  readonly onExecution: (listener: () => void) => () => void
}

export interface ChangeStream {
  /** Answers with server-sent events until the client goes. */
  readonly attach: (response: ServerResponse) => void
}

const PAUSE_MS = 100
const HEARTBEAT_MS = 15_000
/** A client that reads this far behind is cut off: it comes back by itself and fetches anew. */
const MOST_UNREAD_BYTES = 1_000_000

/**
 * Tells clients what changed: `event: changed`, data `{"events":[id, …],"emails":true,"executions":true}`, at least one of
 * the three. The first change is told at once, what follows is gathered, at most ten messages a second. While nobody looks
 * it listens to nothing. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function createChangeStream({ onEvent, onEmail, onExecution }: Sources): ChangeStream {
  const clients = new Set<ServerResponse>()
  const events = new Set<string>()
  const others = new Set<'emails' | 'executions'>()
  let pause: NodeJS.Timeout | undefined
  let release = () => {}

  function send(text: string): void {
    for (const client of clients) {
      if (client.writableLength > MOST_UNREAD_BYTES) client.destroy()
      else client.write(text)
    }
  }

  function flush(): void {
    pause = undefined
    if (events.size === 0 && others.size === 0) return
    const changed = {
      ...(events.size > 0 ? { events: [...events] } : {}),
      ...Object.fromEntries([...others].map((topic) => [topic, true])),
    }
    events.clear()
    others.clear()
    send(`event: changed\ndata: ${JSON.stringify(changed)}\n\n`)
    pause = setTimeout(flush, PAUSE_MS)
  }

  /** The first change waits for the end of the turn: what happens together is told together. */
  function schedule(): void {
    pause ??= setTimeout(flush, 0)
  }

  function listen(): () => void {
    const heartbeat = setInterval(() => send(': heartbeat\n\n'), HEARTBEAT_MS)
    const offEvent = onEvent((id) => {
      events.add(id)
      schedule()
    })
    const note = (topic: 'emails' | 'executions') => () => {
      others.add(topic)
      schedule()
    }
    const offEmail = onEmail(note('emails'))
    const offExecution = onExecution(note('executions'))
    return () => {
      offEvent()
      offEmail()
      offExecution()
      clearInterval(heartbeat)
      clearTimeout(pause)
      pause = undefined
      events.clear()
      others.clear()
    }
  }

  return {
    attach(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      if (response.req.method === 'HEAD') {
        response.end()
        return
      }
      if (clients.size === 0) release = listen()
      clients.add(response)
      response.on('close', () => {
        if (clients.delete(response) && clients.size === 0) release()
      })
      response.write('retry: 1000\n\n')
    },
  }
}
