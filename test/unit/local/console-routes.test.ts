import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { type RouteRequest, route } from '../../../infra/local/console/route.ts'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { startConsole } from '../../support/console.ts'

const change = vi.fn<(asked: unknown) => unknown>()

const ROUTES = [
  { method: 'GET', path: '/things/{id}', answer: ({ params }: RouteRequest) => ({ params }) },
  route({
    method: 'POST',
    path: '/things/{id}/parts/{part}',
    request: z.object({
      params: z.object({ id: z.string(), part: z.string().max(3, 'must be short') }),
      body: z.object({ count: z.number('must be a number') }),
    }),
    answer: (asked) => change(asked),
  }),
] as const

let cloud: Awaited<ReturnType<typeof startConsole>>

beforeEach(async () => {
  change.mockReset().mockReturnValue({ done: true })
  cloud = await startConsole(...ROUTES)
})

afterEach(() => cloud.stop())

const CHANGE = '/_console/api/things/a%2Fb/parts/p1'

test('a route is given what its path, query and body say', async () => {
  const { status, body } = await cloud.post(CHANGE, { count: 1, more: 2 })
  expect([status, body]).toEqual([200, '{"done":true}'])
  expect(change).toHaveBeenCalledExactlyOnceWith({
    params: { id: 'a/b', part: 'p1' },
    body: { count: 1 },
  })
})

test('what answers nothing has no content', async () => {
  change.mockReturnValue(undefined)
  const { status, headers, body } = await cloud.post(CHANGE, { count: 1 })
  expect([status, headers['content-type'], body]).toEqual([204, undefined, ''])
})

test.each([
  [{ 'sec-fetch-site': 'none' }, 200],
  [{ 'content-type': 'application/json; charset=utf-8' }, 200],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000', host: 'localhost:3000' }, 403],
  [{ 'content-type': 'text/plain' }, 415],
  [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
  [{ 'content-type': 'application/jsonp' }, 415],
])('a POST with %j is answered %d', async (headers, status) => {
  expect((await cloud.post(CHANGE, { count: 1 }, headers)).status).toBe(status)
  expect(change).toHaveBeenCalledTimes(status === 200 ? 1 : 0)
})

test.each([
  [{ origin: 'http://localhost:3000' }, 200],
  [{ origin: 'http://localhost:4000' }, 403],
  [{ origin: 'https://localhost:3000' }, 403],
  [{ origin: 'null' }, 403],
  [{}, 403],
])('where the browser does not say more, a POST with %j is answered %d', async (headers, status) => {
  const posted = await cloud.get(CHANGE, {
    method: 'POST',
    host: 'localhost:3000',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"count":1}',
  })
  expect(posted.status).toBe(status)
})

test.each([
  ['not JSON', '{', 400, 'The body is not valid JSON'],
  ['a wrong field', { count: 'x' }, 400, 'count must be a number'],
  ['no object', 'null', 400, /./],
  ['too much', JSON.stringify('x'.repeat(1_000_001)), 413, /at most/],
])('%s is refused', async (_, body, status, detail) => {
  const refused = await cloud.post(CHANGE, body)
  expect([refused.status, refused.headers['content-type']]).toEqual([status, 'application/problem+json'])
  expect(JSON.parse(refused.body).detail).toMatch(detail)
  expect(change).not.toHaveBeenCalled()
})

test('a wrong part of the path is named', async () => {
  const { status, body } = await cloud.post('/_console/api/things/1/parts/long', { count: 1 })
  expect([status, JSON.parse(body).errors]).toEqual([400, [{ path: 'part', message: 'must be short' }]])
})

describe('what a route throws', () => {
  test.each([
    [new AwsError('ResourceNotFoundException', 'There is no such thing', 404), 404, 'There is no such thing'],
    [new AwsError('ValidationException', 'Say which'), 400, 'Say which'],
    [new Mistake('Do the other first'), 400, 'Do the other first'],
    [new AwsError('InternalException', 'disk on fire', 500), 500, 'The console could not answer'],
    [new Error('disk on fire'), 500, 'The console could not answer'],
  ])('%s is told as %d', async (error, status, detail) => {
    change.mockImplementation(() => {
      throw error
    })
    const failed = await cloud.post(CHANGE, { count: 1 })
    expect([failed.status, JSON.parse(failed.body).detail]).toEqual([status, detail])
  })
})

test.each([
  ['GET', '/_console/api/things/1', 200, undefined],
  ['POST', '/_console/api/things/1', 405, 'GET, HEAD'],
  ['GET', CHANGE, 405, 'POST'],
  ['DELETE', CHANGE, 405, 'POST'],
  ['OPTIONS', CHANGE, 405, 'POST'],
  ['GET', '/_console/api/things/', 404, undefined],
  ['GET', '/_console/api/things/1/2', 404, undefined],
])('%s %s is answered %d', async (method, path, status, allow) => {
  const { headers, ...answer } = await cloud.get(path, { method })
  expect([answer.status, headers.allow]).toEqual([status, allow])
  expect(headers['access-control-allow-origin']).toBeUndefined()
})
