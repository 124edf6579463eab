import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { RecordedEvent } from '../engines/eventbridge/index.ts'
import type { Email } from '../engines/ses.ts'
import { createChangeStream } from './changes.ts'
import { serveFile } from './files.ts'

export interface ConsoleDeps {
  /** Where the built pages are. */
  readonly folder: string
  readonly status: () => ConsoleStatus
  /** Newest first. `since` is milliseconds since the epoch. */
  readonly emails: (filter: { to?: string; since?: number; limit?: number }) => readonly Email[]
  /** Newest first. */
  readonly events: (filter: { correlationId?: string; name?: string; limit?: number }) => readonly RecordedEvent[]
  /** Calls the listener when an event came or one of its deliveries changed. Returns unsubscribe. */
  readonly onEvent: (listener: (eventId: string) => void) => () => void
  readonly onEmail: (listener: () => void) => () => void
}

interface ConsoleStatus {
  readonly ready: boolean
  /** Events that are not yet settled by every consumer. */
  readonly inFlight: number
  readonly siteUrl: string
  readonly endpoint: string
  readonly consumers: readonly { readonly name: string; readonly events: string }[]
}

/** More than anybody reads; keeps one answer from holding up the cloud, which shares its thread. */
const MOST = 10_000

const Limit = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(1, 'must be at least 1').max(MOST, `must be at most ${MOST}`))
  .exactOptional()

const Since = z
  .union(
    [
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      z.iso.datetime({ offset: true }).transform(Date.parse),
    ],
    {
      error: 'must be milliseconds since the epoch or an ISO 8601 date and time',
    },
  )
  .exactOptional()

const word = z.string().max(256, 'must be at most 256 characters').exactOptional()

const EmailFilter = z.object({ to: word, since: Since, limit: Limit })
const EventFilter = z.object({ correlationId: word, name: word, limit: Limit, search: word })

/**
 * The local console: its pages and the JSON behind them, for every URL under `/_console`. It answers only a caller that
 * addresses this machine by name, so that no web page can reach it by pointing a name of its own at 127.0.0.1
 * (https://en.wikipedia.org/wiki/DNS_rebinding).
 */
export function createConsole(deps: ConsoleDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const changes = createChangeStream(deps)

  const routes: Readonly<Record<string, (response: ServerResponse, query: URLSearchParams) => void>> = {
    '/_console/api/status': (response) => json(response, 200, deps.status()),
    '/_console/api/emails': (response, query) => {
      const filter = parse(EmailFilter, query, response)
      if (filter) json(response, 200, deps.emails(filter).map(emailView))
    },
    '/_console/api/events': (response, query) => {
      const filter = parse(EventFilter, query, response)
      if (filter) json(response, 200, findEvents(deps, filter).map(eventView))
    },
    '/_console/api/stream': (response) => changes.attach(response),
  }

  function answer(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    if (!isThisMachine(request.headers.host))
      return problem(response, 403, 'Forbidden', 'The console answers at localhost, 127.0.0.1 and [::1] only')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return problem(response, 405, 'Method Not Allowed', `${request.method} is not supported here`)
    }
    const url = URL.parse(`http://localhost${request.url}`)
    if (!url) return problem(response, 400, 'Bad Request', 'The address is malformed')
    if (url.pathname === '/_console') {
      response.writeHead(308, { location: `/_console/${url.search}` }).end()
      return
    }
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined
    if (route) return route(response, url.searchParams)
    const path = url.pathname.startsWith('/_console/') ? url.pathname.slice('/_console/'.length) : undefined
    if (path === undefined || path.startsWith('api/')) return notFound(response)
    return serveFile(deps.folder, path, response, () => notFound(response))
  }

  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    // A promise that begins here also catches what is thrown before the first await.
    void Promise.resolve()
      .then(() => answer(request, response))
      .catch(() => {
        if (response.headersSent) response.destroy()
        else problem(response, 500, 'Internal Server Error', 'The console could not answer')
      })
  }
}

/**
 * Mails are shown in a frame made from a string, which inherits this policy: their pictures from elsewhere stay
 * unloaded, and nothing in them runs. https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
 */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const isThisMachine = (host: string | undefined): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '')

/**
 * `search` finds the events of that correlation id, or else of that name, or else those among the newest whose name, id
 * or correlation id contains it, in any case.
 */
function findEvents(
  { events }: ConsoleDeps,
  { search, ...filter }: z.output<typeof EventFilter>,
): readonly RecordedEvent[] {
  if (search === undefined) return events(filter)
  for (const exactly of [{ correlationId: search }, { name: search }]) {
    const found = events({ ...exactly, ...filter })
    if (found.length > 0 && !Object.keys(exactly).some((key) => key in filter)) return found
  }
  const wanted = search.toLowerCase()
  const matches = ({ id, name, detail }: RecordedEvent) =>
    [name, id, correlationIdOf(detail)].some((text) => text.toLowerCase().includes(wanted))
  return events({ ...filter, limit: MOST })
    .filter(matches)
    .slice(0, filter.limit ?? MOST)
}

const Correlated = z.object({ metadata: z.object({ correlationId: z.string() }) })

function correlationIdOf(detail: unknown): string {
  const parsed = Correlated.safeParse(detail)
  return parsed.success ? parsed.data.metadata.correlationId : ''
}

const emailView = ({ id, to, from, subject, html, text, sentAt }: Email) => ({
  id,
  to: to.join(', '),
  from,
  subject,
  html,
  text,
  sentAt,
})

const eventView = ({ id, name, time, source, detail, deliveries }: RecordedEvent) => ({
  id,
  name,
  time,
  source,
  detail,
  deliveries: deliveries.map(({ consumer, outcome, attempts, ms, error }) => ({
    consumer,
    outcome,
    attempts,
    ms: ms ?? null,
    error,
  })),
})

/** The filter, or undefined when the problem has been answered. A parameter without a value is as if not given. */
function parse<Schema extends z.ZodObject>(
  schema: Schema,
  query: URLSearchParams,
  response: ServerResponse,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(Object.fromEntries([...query].filter(([, value]) => value !== '')))
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  problem(response, 400, 'Bad Request', errors.map(({ path, message }) => `${path} ${message}`).join('; '), errors)
  return undefined
}

const notFound = (response: ServerResponse): void => problem(response, 404, 'Not Found', 'There is nothing here')

/** https://www.rfc-editor.org/rfc/rfc9457 */
function problem(
  response: ServerResponse,
  status: number,
  title: string,
  detail: string,
  errors?: readonly { readonly path: string; readonly message: string }[],
): void {
  json(response, status, { type: 'about:blank', title, status, detail, errors }, 'application/problem+json')
}

function json(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body))
}
