import { EventEmitter } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { type ConsoleDeps, createConsole } from '../../../infra/local/console/server.ts'

const CORRELATION = 'c0ffee00-0000-4000-8000-000000000001'

const EVENTS: ReturnType<ConsoleDeps['events']> = [
  {
    id: 'e2',
    name: 'RegistrationConfirmed',
    time: '2026-01-01T00:00:01Z',
    source: 'ensemble.registrations',
    detail: { metadata: { eventId: 'm2', correlationId: 'other' }, data: {} },
    receivedAt: 1_767_225_601_000,
    deliveries: [
      {
        consumer: 'welcome',
        outcome: 'dead',
        attempts: 5,
        ms: 12,
        error: 'SES said no',
        rule: 'welcome',
        target: 'arn:aws:sqs:us-east-1:000000000000:ensemble-dev-welcome',
      },
    ],
  },
  {
    id: 'e1',
    name: 'RegistrationRequested',
    time: '2026-01-01T00:00:00Z',
    source: 'ensemble.registrations',
    detail: { metadata: { eventId: 'm1', correlationId: CORRELATION }, data: { name: 'Zoë' } },
    receivedAt: 1_767_225_600_000,
    deliveries: [
      {
        consumer: 'send-verification',
        outcome: 'pending',
        attempts: 0,
        ms: undefined,
        rule: 'send-verification',
        target: 'arn:aws:sqs:us-east-1:000000000000:ensemble-dev-send-verification',
      },
    ],
  },
]

const STATUS = {
  ready: true,
  inFlight: 2,
  siteUrl: 'http://localhost:3000',
  endpoint: 'http://127.0.0.1:4566',
  consumers: [{ name: 'send-verification', events: 'RegistrationRequested' }],
}

const Problem = z.object({
  status: z.number(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let folder: string
let server: Server
let port: number
let bus: EventEmitter
let deps: { [Name in 'events' | 'emails' | 'status']: ReturnType<typeof vi.fn<ConsoleDeps[Name]>> }

const listenTo = (name: string) => (listener: (...values: string[]) => void) => {
  bus.on(name, listener)
  return () => bus.off(name, listener)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-test-'))
  await mkdir(join(folder, 'build', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.json'), '{"secret":true}')
  await writeFile(join(folder, 'build', 'index.html'), '<!doctype html><title>Console</title>')
  await writeFile(join(folder, 'build', 'assets', 'main-1a2b.js'), 'export {}')
  bus = new EventEmitter()
  deps = {
    events: vi.fn<ConsoleDeps['events']>(({ name, correlationId, limit }) =>
      EVENTS.filter((event) => name === undefined || event.name === name)
        .filter(
          ({ detail }) =>
            correlationId === undefined || JSON.stringify(detail).includes(`"correlationId":"${correlationId}"`),
        )
        .slice(0, limit),
    ),
    emails: vi.fn<ConsoleDeps['emails']>(() => [
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
    status: vi.fn<ConsoleDeps['status']>(() => STATUS),
  }
  server = createServer(
    createConsole({ ...deps, folder: join(folder, 'build'), onEvent: listenTo('event'), onEmail: listenTo('email') }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  port = address.port
})

afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
  await rm(folder, { recursive: true })
})

/** Unlike fetch it sends the path and the Host header as they are given. */
function open(path: string, { method = 'GET', host = `localhost:${port}` } = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false }, resolve)
      .on('error', reject)
      .end()
  })
}

async function get(path: string, options?: Parameters<typeof open>[1]): Promise<Answer> {
  const message = await open(path, options)
  let body = ''
  for await (const chunk of message.setEncoding('utf8')) body += chunk
  return { status: message.statusCode ?? 0, headers: message.headers, body }
}

const getJson = async (path: string): Promise<unknown> => JSON.parse((await get(path)).body)

describe('JSON routes', () => {
  test('status is what the cloud says', async () => {
    const { status, headers, body } = await get('/_console/api/status')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(headers['cache-control']).toBe('no-store')
    expect(JSON.parse(body)).toEqual(STATUS)
  })

  test('a mail has its addresses in one string', async () => {
    expect(await getJson('/_console/api/emails')).toEqual([
      {
        id: 'mail-1',
        to: 'zoe@example.com, adam@example.com',
        from: 'hello@example.com',
        subject: 'Hi',
        html: '<p>Hi</p>',
        text: 'Hi',
        sentAt: '2026-01-01T00:00:00.000Z',
      },
    ])
  })

  test.each([
    ['', {}],
    ['?to=&since=&limit=', {}],
    ['?to=zoe%2Bx@example.com&limit=3', { to: 'zoe+x@example.com', limit: 3 }],
    ['?since=1767225600000', { since: 1_767_225_600_000 }],
    ['?since=2026-01-01T00:00:00Z', { since: 1_767_225_600_000 }],
    ['?since=2026-01-01T01:00:00%2B01:00', { since: 1_767_225_600_000 }],
  ])('emails%s filters by %j', async (query, filter) => {
    await get(`/_console/api/emails${query}`)
    expect(deps.emails).toHaveBeenCalledExactlyOnceWith(filter)
  })

  test('events have exactly the promised shape, newest first', async () => {
    expect(await getJson('/_console/api/events')).toEqual([
      {
        id: 'e2',
        name: 'RegistrationConfirmed',
        time: '2026-01-01T00:00:01Z',
        source: 'ensemble.registrations',
        detail: EVENTS[0]?.detail,
        deliveries: [{ consumer: 'welcome', outcome: 'dead', attempts: 5, ms: 12, error: 'SES said no' }],
      },
      {
        id: 'e1',
        name: 'RegistrationRequested',
        time: '2026-01-01T00:00:00Z',
        source: 'ensemble.registrations',
        detail: EVENTS[1]?.detail,
        deliveries: [{ consumer: 'send-verification', outcome: 'pending', attempts: 0, ms: null }],
      },
    ])
  })

  test('events are filtered by what was asked', async () => {
    await get(`/_console/api/events?correlationId=${CORRELATION}&name=RegistrationRequested&limit=200`)
    expect(deps.events).toHaveBeenCalledExactlyOnceWith({
      correlationId: CORRELATION,
      name: 'RegistrationRequested',
      limit: 200,
    })
  })

  test.each([
    ['confirmed', ['e2']],
    ['C0FFEE', ['e1']],
    ['registration', ['e2', 'e1']],
    ['registration&limit=1', ['e2']],
    ['Zoë', []],
  ])('search=%s finds pieces of names and ids', async (search, ids) => {
    const found = z
      .array(z.object({ id: z.string() }))
      .parse(await getJson(`/_console/api/events?search=${encodeURI(search)}`))
    expect(found.map(({ id }) => id)).toEqual(ids)
  })

  test.each([
    ['events?limit=0', 'limit'],
    ['events?limit=-1', 'limit'],
    ['events?limit=ten', 'limit'],
    ['events?limit=1e3', 'limit'],
    ['events?limit=10001', 'limit'],
    [`events?name=${'x'.repeat(257)}`, 'name'],
    [`events?correlationId=${'x'.repeat(257)}`, 'correlationId'],
    [`events?search=${'x'.repeat(257)}`, 'search'],
    ['emails?limit=1.5', 'limit'],
    ['emails?since=yesterday', 'since'],
    ['emails?since=2026-02-30T00:00:00Z', 'since'],
  ])('%s is refused, naming the parameter', async (path, parameter) => {
    const { status, headers, body } = await get(`/_console/api/${path}`)
    expect(status).toBe(400)
    expect(headers['content-type']).toBe('application/problem+json')
    const problem = Problem.parse(JSON.parse(body))
    expect(problem.status).toBe(400)
    expect(problem.errors?.map((error) => error.path)).toEqual([parameter])
  })

  test('two wrong parameters are both named', async () => {
    const { body } = await get('/_console/api/emails?since=x&limit=x')
    expect(Problem.parse(JSON.parse(body)).errors?.map(({ path }) => path)).toEqual(['since', 'limit'])
  })

  test.each(['/_console/api', '/_console/api/', '/_console/api/nothing', '/_console/nothing', '/_consoles'])(
    '%s is a 404',
    async (path) => {
      const { status, headers, body } = await get(path)
      expect(status).toBe(404)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(Problem.parse(JSON.parse(body)).status).toBe(404)
    },
  )

  test('only reading is allowed', async () => {
    const { status, headers } = await get('/_console/api/status', { method: 'POST' })
    expect(status).toBe(405)
    expect(headers.allow).toBe('GET, HEAD')
    expect(deps.status).not.toHaveBeenCalled()
  })

  test('a failure inside is answered without its text', async () => {
    deps.status.mockImplementation(() => {
      throw new Error('disk on fire')
    })
    const { status, body } = await get('/_console/api/status')
    expect(status).toBe(500)
    expect(body).not.toContain('fire')
  })
})

describe('who may ask', () => {
  test.each(['localhost', 'localhost:3000', 'LOCALHOST:3000', '127.0.0.1:1', '[::1]', '[::1]:3000'])(
    'Host %s is answered',
    async (host) => {
      expect((await get('/_console/api/status', { host })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:3000',
    'localhost:3000@evil.example',
    '[::2]',
  ])('Host "%s" is refused', async (host) => {
    for (const path of ['/_console', '/_console/', '/_console/api/status', '/_console/api/stream'])
      expect((await get(path, { host })).status).toBe(403)
    expect(deps.status).not.toHaveBeenCalled()
  })
})

describe('pages', () => {
  test('/_console leads to /_console/', async () => {
    const { status, headers } = await get('/_console?x=1')
    expect(status).toBe(308)
    expect(headers.location).toBe('/_console/?x=1')
  })

  test('the page is never stale, and nothing foreign runs in it', async () => {
    const { status, headers, body } = await get('/_console/')
    expect(status).toBe(200)
    expect(body).toContain('<title>Console</title>')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    expect(headers['content-security-policy']).toContain("script-src 'self';")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  test('assets are named by their content and kept', async () => {
    const { status, headers } = await get('/_console/assets/main-1a2b.js')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test('HEAD has the headers only', async () => {
    const { status, headers, body } = await get('/_console/', { method: 'HEAD' })
    expect([status, headers['content-length'], body]).toEqual([200, '37', ''])
  })

  test.each([
    '/_console/../secret.json',
    '/_console/%2e%2e/secret.json',
    '/_console/..%2fsecret.json',
    '/_console/assets/..%2f..%2fsecret.json',
    '/_console/..%5csecret.json',
    '/_console//etc/passwd',
    '/_console/%2fetc%2fpasswd',
    '/_console/index.html%00.js',
    '/_console/%zz.js',
    '/_console/assets',
    '//secret.json',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await get(path)
    expect(status).toBe(404)
    expect(body).not.toContain('secret"')
  })

  test('a folder that has not been built is said so', async () => {
    await rm(join(folder, 'build'), { recursive: true })
    const { status, headers, body } = await get('/_console/')
    expect(status).toBe(503)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toContain('have not been built')
  })
})

describe('stream', () => {
  const Changed = z.strictObject({ events: z.array(z.string()).optional(), emails: z.literal(true).optional() })
  type Changed = z.infer<typeof Changed>

  async function listen(): Promise<{ readonly messages: readonly Changed[]; readonly close: () => void }> {
    const message = await open('/_console/api/stream')
    expect(message.headers['content-type']).toBe('text/event-stream')
    const messages: Changed[] = []
    let text = ''
    message.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^event: changed\ndata: (.*)$/.exec(block)?.[1]
        if (data) messages.push(Changed.parse(JSON.parse(data)))
      }
    })
    message.on('error', () => {})
    return { messages, close: () => message.destroy() }
  }

  const idsOf = (messages: readonly Changed[]) => messages.flatMap(({ events = [] }) => events)

  test('what happens together is told together, once', async () => {
    const { messages } = await listen()
    bus.emit('event', 'e1')
    bus.emit('event', 'e2')
    bus.emit('event', 'e1')
    bus.emit('email')
    await vi.waitFor(() => expect(messages).toEqual([{ events: ['e1', 'e2'], emails: true }]))
  })

  test('a mail alone is told alone', async () => {
    const { messages } = await listen()
    bus.emit('email')
    await vi.waitFor(() => expect(messages).toEqual([{ emails: true }]))
  })

  test('a stream of changes is at most ten messages a second, and none is lost', async () => {
    const { messages } = await listen()
    const startedAt = performance.now()
    const sent: string[] = []
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const id = `event-${sent.length}`
        sent.push(id)
        bus.emit('event', id)
        if (sent.length === 300) {
          clearInterval(timer)
          resolve()
        }
      }, 1)
    })
    await vi.waitFor(() => expect(idsOf(messages)).toEqual(sent))
    const seconds = (performance.now() - startedAt) / 1000
    expect(messages.length).toBeGreaterThan(1)
    expect(messages.length).toBeLessThanOrEqual(Math.floor(seconds * 10) + 1)
  })

  test('every client is told, and when the last one goes nothing is listened to', async () => {
    const first = await listen()
    const second = await listen()
    expect([bus.listenerCount('event'), bus.listenerCount('email')]).toEqual([1, 1])
    bus.emit('event', 'e1')
    await vi.waitFor(() =>
      expect([first.messages, second.messages]).toEqual([[{ events: ['e1'] }], [{ events: ['e1'] }]]),
    )
    first.close()
    second.close()
    await vi.waitFor(() => expect([bus.listenerCount('event'), bus.listenerCount('email')]).toEqual([0, 0]))
    const third = await listen()
    bus.emit('event', 'e2')
    await vi.waitFor(() => expect(third.messages).toEqual([{ events: ['e2'] }]))
  })
})
