import { EventEmitter } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { ConsoleRoute } from '../../infra/local/console/route.ts'
import { type EmailDeps, emailRoutes } from '../../infra/local/console/routes/emails.ts'
import { type EventDeps, eventRoutes } from '../../infra/local/console/routes/events.ts'
import { statusRoutes } from '../../infra/local/console/routes/status.ts'
import { createConsole } from '../../infra/local/console/server.ts'

export const CORRELATION = 'c0ffee00-0000-4000-8000-000000000001'

const TIMES = { replay: undefined, createdAt: 0, invokedAt: undefined, endedAt: undefined, earlier: [] }

export const EVENTS: ReturnType<EventDeps['eventBridge']['recent']> = [
  {
    place: 2,
    id: 'e2',
    bus: 'ensemble-dev',
    caller: undefined,
    name: 'RegistrationConfirmed',
    time: '2026-01-01T00:00:01Z',
    source: 'ensemble.registrations',
    resources: [],
    detail: { metadata: { eventId: 'm2', correlationId: 'other' }, data: {} },
    receivedAt: 1_767_225_601_000,
    deliveries: [
      {
        consumer: 'welcome',
        outcome: 'dead',
        attempts: 5,
        ms: 12,
        error: 'SES said no',
        ...TIMES,
        rule: 'welcome',
        target: 'arn:aws:sqs:us-east-1:000000000000:ensemble-dev-welcome',
      },
    ],
  },
  {
    place: 1,
    id: 'e1',
    bus: 'ensemble-dev',
    caller: undefined,
    name: 'RegistrationRequested',
    time: '2026-01-01T00:00:00Z',
    source: 'ensemble.registrations',
    resources: [],
    detail: { metadata: { eventId: 'm1', correlationId: CORRELATION }, data: { name: 'Zoë' } },
    receivedAt: 1_767_225_600_000,
    deliveries: [
      {
        consumer: 'send-verification',
        outcome: 'pending',
        attempts: 0,
        ms: undefined,
        ...TIMES,
        rule: 'send-verification',
        target: 'arn:aws:sqs:us-east-1:000000000000:ensemble-dev-send-verification',
      },
    ],
  },
]

export const STATUS = {
  ready: true,
  inFlight: 2,
  executions: 3,
  siteUrl: 'http://localhost:3000',
  endpoint: 'http://127.0.0.1:4566',
  consumers: [{ name: 'send-verification', events: 'RegistrationRequested' }],
}

interface Request {
  readonly method?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** The console on a port of its own, over a cloud that is made up, with built pages that are next to a secret. */
export async function startConsole(...more: readonly ConsoleRoute[]) {
  const folder = await mkdtemp(join(tmpdir(), 'console-test-'))
  await mkdir(join(folder, 'build', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.json'), '{"secret":true}')
  await writeFile(join(folder, 'build', 'index.html'), '<!doctype html><title>Console</title>')
  await writeFile(join(folder, 'build', 'assets', 'main-1a2b.js'), 'export {}')

  const bus = new EventEmitter()
  const listenTo = (name: string) => (listener: (...values: string[]) => void) => {
    bus.on(name, listener)
    return () => bus.off(name, listener)
  }
  const deps = {
    events: vi.fn<EventDeps['eventBridge']['recent']>(({ name, correlationId, limit }) =>
      EVENTS.filter((event) => name === undefined || event.name === name)
        .filter(
          ({ detail }) =>
            correlationId === undefined || JSON.stringify(detail).includes(`"correlationId":"${correlationId}"`),
        )
        .slice(0, limit),
    ),
    emails: vi.fn<EmailDeps['ses']['emails']>(() => [
      {
        id: 'mail-1',
        to: ['zoe@example.com', 'adam@example.com'],
        from: 'hello@example.com',
        replyTo: [],
        subject: 'Hi',
        html: '<p>Hi</p>',
        text: 'Hi',
        sentAt: '2026-01-01T00:00:00.000Z',
      },
    ]),
    inFlight: vi.fn(() => STATUS.inFlight),
  }
  const eventBridge = {
    recent: deps.events,
    inFlight: deps.inFlight,
    consumers: () => STATUS.consumers,
    subscriptions: { all: () => [], of: () => [] },
  }
  const routes = [
    ...statusRoutes({
      context: STATUS,
      ready: () => STATUS.ready,
      eventBridge,
      stepFunctions: { running: () => STATUS.executions },
    }),
    ...emailRoutes({ ses: { emails: deps.emails } }),
    ...eventRoutes({ eventBridge }),
  ]
  const server = createServer(
    createConsole({
      folder: join(folder, 'build'),
      routes: [...routes, ...more],
      onEvent: listenTo('event'),
      onEmail: listenTo('email'),
      onExecution: listenTo('execution'),
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const { port } = address

  /** Unlike fetch it sends the path and the Host header as they are given. */
  const open = (
    path: string,
    { method = 'GET', host = `localhost:${port}`, headers = {}, body = '' }: Request = {},
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false }, resolve)
        .on('error', reject)
        .end(body)
    })

  async function get(path: string, options?: Request): Promise<Answer> {
    const message = await open(path, options)
    let body = ''
    for await (const chunk of message.setEncoding('utf8')) body += chunk
    return { status: message.statusCode ?? 0, headers: message.headers, body }
  }

  return {
    deps,
    /** Emits `event` with an id, `email` and `execution`. */
    bus,
    open,
    get,
    /** Posts as a page of the console does, unless other headers are given. */
    post: (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      get(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    getJson: async (path: string): Promise<unknown> => JSON.parse((await get(path)).body),
    removePages: () => rm(join(folder, 'build'), { recursive: true }),
    async stop(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await rm(folder, { recursive: true })
    },
  }
}
