import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { CORRELATION, EVENTS, STATUS, startConsole } from '../../support/console.ts'

const Problem = z.object({
  status: z.number(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

let cloud: Awaited<ReturnType<typeof startConsole>>

beforeEach(async () => {
  cloud = await startConsole()
})

afterEach(() => cloud.stop())

describe('JSON routes', () => {
  test('status is what the cloud says', async () => {
    const { status, headers, body } = await cloud.get('/_console/api/status')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(headers['cache-control']).toBe('no-store')
    expect(JSON.parse(body)).toEqual(STATUS)
  })

  test('a mail has its addresses in one string', async () => {
    expect(await cloud.getJson('/_console/api/emails')).toEqual([
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
    await cloud.get(`/_console/api/emails${query}`)
    expect(cloud.deps.emails).toHaveBeenCalledExactlyOnceWith(filter)
  })

  test('events have exactly the promised shape, newest first', async () => {
    expect(await cloud.getJson('/_console/api/events')).toEqual([
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
    await cloud.get(`/_console/api/events?correlationId=${CORRELATION}&name=RegistrationRequested&limit=200`)
    expect(cloud.deps.events).toHaveBeenCalledExactlyOnceWith({
      correlationId: CORRELATION,
      name: 'RegistrationRequested',
      limit: 200,
    })
  })

  test.each([
    ['events?limit=0', 'limit'],
    ['events?limit=-1', 'limit'],
    ['events?limit=ten', 'limit'],
    ['events?limit=1e3', 'limit'],
    ['events?limit=10001', 'limit'],
    [`events?name=${'x'.repeat(257)}`, 'name'],
    [`events?correlationId=${'x'.repeat(257)}`, 'correlationId'],
    ['emails?limit=1.5', 'limit'],
    ['emails?since=yesterday', 'since'],
    ['emails?since=2026-02-30T00:00:00Z', 'since'],
  ])('%s is refused, naming the parameter', async (path, parameter) => {
    const { status, headers, body } = await cloud.get(`/_console/api/${path}`)
    expect(status).toBe(400)
    expect(headers['content-type']).toBe('application/problem+json')
    const problem = Problem.parse(JSON.parse(body))
    expect(problem.status).toBe(400)
    expect(problem.errors?.map((error) => error.path)).toEqual([parameter])
  })

  test('two wrong parameters are both named', async () => {
    const { body } = await cloud.get('/_console/api/emails?since=x&limit=x')
    expect(Problem.parse(JSON.parse(body)).errors?.map(({ path }) => path)).toEqual(['since', 'limit'])
  })

  test.each(['/_console/api', '/_console/api/', '/_console/api/nothing', '/_console/nothing', '/_consoles'])(
    '%s is a 404',
    async (path) => {
      const { status, headers, body } = await cloud.get(path)
      expect(status).toBe(404)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(Problem.parse(JSON.parse(body)).status).toBe(404)
    },
  )

  test('only reading is allowed', async () => {
    const { status, headers } = await cloud.get('/_console/api/status', { method: 'POST' })
    expect(status).toBe(405)
    expect(headers.allow).toBe('GET, HEAD')
    expect(cloud.deps.inFlight).not.toHaveBeenCalled()
  })

  test('a failure inside is answered without its text', async () => {
    cloud.deps.inFlight.mockImplementation(() => {
      throw new Error('disk on fire')
    })
    const { status, body } = await cloud.get('/_console/api/status')
    expect(status).toBe(500)
    expect(body).not.toContain('fire')
  })
})
