import type { IncomingMessage, ServerResponse } from 'node:http'
import { failed, Refusal, readBody, send } from './answers.ts'
import { createChangeStream } from './changes.ts'
import { serveFile } from './files.ts'
import { type ConsoleRoute, paramsIn } from './route.ts'

export interface ConsoleOptions {
  /** Where the built pages are. */
  readonly folder: string
  /** The JSON behind the pages. Of those that fit a path, the first answers. */
  readonly routes: readonly ConsoleRoute[]
  /** Calls the listener when an event came or one of its deliveries changed. Returns unsubscribe. */
  readonly onEvent: (listener: (eventId: string) => void) => () => void
  readonly onEmail: (listener: () => void) => () => void
  /** Calls the listener when an execution of a state machine went on. */
  readonly onExecution: (listener: () => void) => () => void
}

const API = '/_console/api'

/**
 * The local console: its pages and the JSON behind them, for every URL under `/_console`. It answers only a caller that
 * addresses this machine by name, so that no web page can reach it by pointing a name of its own at 127.0.0.1
 * (https://en.wikipedia.org/wiki/DNS_rebinding), and it changes something only for its own pages.
 */
export function createConsole(options: ConsoleOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const changes = createChangeStream(options)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isThisMachine(request.headers.host))
      throw new Refusal(403, 'The console answers at localhost, 127.0.0.1 and [::1] only')
    const url = URL.parse(`http://localhost${request.url}`)
    if (!url) throw new Refusal(400, 'The address is malformed')
    if (url.pathname.startsWith(`${API}/`)) return answerApi(request, response, url)
    checkMethod(request, response, ['GET'])
    if (url.pathname === '/_console') {
      response.writeHead(308, { location: `/_console/${url.search}` }).end()
      return
    }
    const path = url.pathname.startsWith('/_console/') ? url.pathname.slice('/_console/'.length) : undefined
    if (path === undefined) throw notFound()
    await serveFile(options.folder, path, response, () => failed(response, notFound()))
  }

  async function answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.slice(API.length)
    if (path === '/stream') {
      checkMethod(request, response, ['GET'])
      return changes.attach(response)
    }
    const fitting = options.routes.flatMap((route) => {
      const params = paramsIn(route, path)
      return params ? [{ ...route, params }] : []
    })
    if (fitting.length === 0) throw notFound()
    const methods = fitting.map(({ method }) => method)
    checkMethod(request, response, methods)
    const wanted = request.method === 'POST' ? 'POST' : 'GET'
    const found = fitting.find(({ method }) => method === wanted)
    if (!found) throw notFound()
    const query = Object.fromEntries([...url.searchParams].filter(([, value]) => value !== ''))
    const body = wanted === 'POST' ? await readBody(request) : undefined
    send(response, await found.answer({ params: found.params, query, body }))
  }

  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    answer(request, response).catch((error: unknown) => failed(response, error))
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

const notFound = (): Refusal => new Refusal(404, 'There is nothing here')

/** Whatever can be read can be asked for its headers alone. */
function checkMethod({ method = '' }: IncomingMessage, response: ServerResponse, methods: readonly string[]): void {
  const allowed = [...new Set(methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : each)))]
  if (allowed.includes(method)) return
  response.setHeader('allow', allowed.join(', '))
  throw new Refusal(405, `${method} is not supported here`)
}
