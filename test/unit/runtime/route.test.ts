import type { APIGatewayProxyEventV2 as Request } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { HttpError, json } from '../../../infra/runtime/answers.ts'
import { type RouteInput, route } from '../../../infra/runtime/route.ts'
import { Email, Line } from '../../../schemas/fields.ts'
import { defineRoute } from '../../../schemas/route.ts'
import { Problem } from '../../../schemas/service.ts'
import { formRequest, httpRequest, jsonRequest } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const common = { summary: '', responses: {} }
const Form = z.object({ name: Line(100), email: Email, age: z.number().optional() })
const form = defineRoute({
  ...common,
  name: 'form',
  method: 'POST',
  path: '/form',
  body: Form,
  formThanksPage: '/thanks.html',
})
const api = defineRoute({ ...common, name: 'api', method: 'POST', path: '/api', body: Form })
const list = defineRoute({
  ...common,
  name: 'list',
  method: 'GET',
  path: '/list/{id}',
  query: z.object({ limit: z.coerce.number().max(100).optional() }),
})
const ada = { name: 'Ada', email: 'ada@example.com' }

/** Calls a route and keeps what its function was given. */
async function post(request: Request, contract = form, run: () => Promise<void> = async () => {}) {
  const inputs: RouteInput<unknown, unknown>[] = []
  const handler = route(contract, async (input) => {
    inputs.push(input)
    await run()
    return json(202, { taken: true })
  })
  const { headers = {}, statusCode, body } = await handler(request)
  return { statusCode, headers, body: body ?? '', inputs }
}
const problemOf = (body: string) => Problem.parse(JSON.parse(body))
const fails = (error: unknown) => async () => {
  throw error
}

test('an old name answers as its successor does, and says where that is', async () => {
  const old = { ...api, deprecated: { since: '2027-01-15', successor: '/api/new' } } as const
  for (const request of [jsonRequest(ada), jsonRequest({})]) {
    const { headers } = await post(request, old)
    expect(headers).toMatchObject({ deprecation: '@1799971200', link: '</api/new>; rel="successor-version"' })
  }
  expect((await post(jsonRequest(ada), api)).headers).not.toHaveProperty('deprecation')
})

describe('a JSON body', () => {
  test('is validated and handed over', async () => {
    const { statusCode, inputs, headers } = await post(jsonRequest({ name: ' Ada ', email: 'ada@example.com' }))
    expect(statusCode).toBe(202)
    expect(headers['content-type']).toBe('application/json')
    expect(inputs).toEqual([expect.objectContaining({ body: ada, query: undefined, path: {} })])
  })

  test('is answered with every wrong field at once, and goes nowhere', async () => {
    const { statusCode, headers, body, inputs } = await post(jsonRequest({ name: '', email: 'nobody', age: 'old' }))
    expect(statusCode).toBe(400)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(problemOf(body)).toEqual({
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      detail: 'Please correct: name, email, age',
      errors: [
        { path: 'name', message: 'Required' },
        { path: 'email', message: 'Must be one e-mail address, like ada@example.com' },
        { path: 'age', message: expect.stringContaining('expected number') },
      ],
    })
    expect(inputs).toEqual([])
  })

  const charset = { 'content-type': 'application/json; charset=UTF-8' }
  const accented = jsonRequest({ ...ada, name: 'Émilie 🙂' }, charset)
  test.each([
    ['with a charset', accented],
    ['in base64', { ...accented, body: Buffer.from(accented.body ?? '').toString('base64'), isBase64Encoded: true }],
    ['with capitals in its type', jsonRequest({ ...ada, name: 'Émilie 🙂' }, { 'content-type': 'Application/JSON' })],
  ])('is read %s', async (_, request) => {
    expect((await post(request)).inputs[0]?.body).toEqual({ ...ada, name: 'Émilie 🙂' })
  })

  const typed = (type: string | undefined, body: string) =>
    httpRequest({ method: 'POST', headers: type ? { 'content-type': type } : {}, body })
  const large = JSON.stringify({ ...ada, more: 'é'.repeat(32 * 1024) })
  test.each([
    ['malformed', typed('application/json', '{"name":'), 400, 'The body is not valid JSON'],
    [
      'missing',
      httpRequest({ method: 'POST', headers: { 'content-type': 'application/json' } }),
      400,
      'The body is not valid JSON',
    ],
    ['no object', typed('application/json', '[]'), 400, 'Please correct: the body'],
    ['null', typed('application/json', 'null'), 400, 'Please correct: the body'],
    [
      'called text',
      typed('text/plain', '{}'),
      415,
      'The content-type must be application/json or application/x-www-form-urlencoded',
    ],
    [
      'called nothing',
      typed(undefined, '{}'),
      415,
      'The content-type must be application/json or application/x-www-form-urlencoded',
    ],
    ['too large, counted in bytes', typed('application/json', large), 413, 'The body must be at most 64 KiB'],
  ])('that is %s is refused', async (_, request, status, detail) => {
    const { statusCode, headers, body, inputs } = await post(request)
    expect(statusCode).toBe(status)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(problemOf(body)).toMatchObject({ status, detail })
    expect(inputs).toEqual([])
  })
})

describe('a form', () => {
  test('is read, and answered with its thanks page', async () => {
    const { statusCode, headers, inputs } = await post(
      formRequest('name=%C3%89milie+B&email=ada%40example.com&submit='),
    )
    expect(inputs[0]?.body).toEqual({ ...ada, name: 'Émilie B' })
    expect(statusCode).toBe(303)
    expect(headers).toMatchObject({ location: '/thanks.html', 'cache-control': 'no-store' })
  })

  test.each([
    ['who asks for JSON gets JSON', 'application/json', 202],
    ['a browser gets a page', 'text/html,application/xhtml+xml,application/json;q=0.9', 303],
    ['whoever takes anything gets a page', '*/*', 303],
  ])('%s', async (_, accept, status) => {
    expect((await post(formRequest('name=Ada&email=ada@example.com', { accept }))).statusCode).toBe(status)
  })

  test('that gives a field twice is refused, not halved', async () => {
    const request = formRequest('name=Ada&name=Eve&email=ada@example.com', { accept: 'application/json' })
    const { statusCode, body } = await post(request)
    expect(statusCode).toBe(400)
    expect(problemOf(body).errors).toEqual([{ path: 'name', message: 'Required' }])
  })

  test('is not taken by a route that is no public form', async () => {
    const { statusCode, body } = await post(formRequest('name=Ada&email=ada@example.com'), api)
    expect(statusCode).toBe(415)
    expect(problemOf(body).detail).toBe('The content-type must be application/json')
  })

  test('with something wrong is answered a browser with a page that says what, escaped', async () => {
    const error = new HttpError(400, 'No <script>alert(1)</script>', {
      errors: [{ path: '<i>name</i>', message: '"&\'' }],
    })
    const { statusCode, headers, body } = await post(formRequest('name=Ada&email=ada@example.com'), form, fails(error))
    expect(statusCode).toBe(400)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('<p>No &lt;script&gt;alert(1)&lt;/script&gt;</p>')
    expect(body).toContain('<b>&lt;i&gt;name&lt;/i&gt;</b>: &quot;&amp;&#39;')
    expect(body).not.toMatch(/<script|<i>/)
  })

  test('with a failing dependency is answered a browser with a page, and when to come back', async () => {
    const log = captureLog()
    const { statusCode, headers, body } = await post(
      formRequest('name=Ada&email=ada@example.com'),
      form,
      fails(new Error('ECONNREFUSED')),
    )
    expect(statusCode).toBe(503)
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'retry-after': '5' })
    expect(body).not.toContain('ECONNREFUSED')
    expect(log()).toContain('ECONNREFUSED')
  })
})

describe('a query', () => {
  const get = (query?: Record<string, string>) => {
    const handler = route(list, async ({ query: { limit }, path: { id } }) => json(200, { limit, id }))
    return handler(httpRequest({ path: '/list/7', pathParameters: { id: '7' }, ...(query ? { query } : {}) }))
  }

  test('is validated and handed over, beside the path', async () => {
    expect(await get({ limit: '5' })).toMatchObject({ statusCode: 200, body: '{"limit":5,"id":"7"}' })
  })

  test('may be missing', async () => {
    expect(await get()).toMatchObject({ statusCode: 200, body: '{"id":"7"}' })
  })

  test('is answered with what is wrong', async () => {
    const { statusCode, body = '' } = await get({ limit: '101' })
    expect(statusCode).toBe(400)
    expect(problemOf(body).errors).toEqual([{ path: 'limit', message: expect.any(String) }])
  })
})

describe('the correlation id', () => {
  const idOf = async (headers: Record<string, string>, run = async () => {}) => {
    const answer = await post(jsonRequest(ada, headers), form, run)
    return { answered: answer.headers['x-correlation-id'], given: answer.inputs[0]?.correlationId }
  }

  test('is kept, also with an error', async () => {
    const headers = { 'x-correlation-id': 'trace-1:2/3' }
    expect(await idOf(headers)).toEqual({ answered: 'trace-1:2/3', given: 'trace-1:2/3' })
    expect((await idOf(headers, fails(new HttpError(404, '')))).answered).toBe('trace-1:2/3')
  })

  test.each([
    ['missing', {}],
    ['empty', { 'x-correlation-id': '' }],
    ['too long', { 'x-correlation-id': 'x'.repeat(129) }],
    ['of several words', { 'x-correlation-id': 'a b' }],
    ['a header injected', { 'x-correlation-id': 'a\r\nset-cookie: b' }],
    ['not ASCII', { 'x-correlation-id': 'é' }],
  ])('that is %s is a new one', async (_, headers: Record<string, string>) => {
    const { answered, given } = await idOf(headers)
    expect(z.uuid().safeParse(answered).success).toBe(true)
    expect(given).toBe(answered)
  })

  test('is in every line of the log', async () => {
    const log = captureLog()
    await idOf({ 'x-correlation-id': 'find-me' }, fails(new Error('broken')))
    expect(JSON.parse(log())).toMatchObject({ level: 'ERROR', correlation_id: 'find-me' })
  })
})

describe('the Idempotency-Key', () => {
  test('is handed over', async () => {
    const { inputs } = await post(jsonRequest(ada, { 'idempotency-key': 'key 1' }))
    expect(inputs[0]?.idempotencyKey).toBe('key 1')
    expect((await post(jsonRequest(ada))).inputs[0]?.idempotencyKey).toBeUndefined()
  })

  test.each([[''], ['x'.repeat(256)], ['a\nb'], ['é']])('%j is refused', async (key) => {
    const { statusCode, body, inputs } = await post(jsonRequest(ada, { 'idempotency-key': key }))
    expect(statusCode).toBe(400)
    expect(problemOf(body).errors).toEqual([
      { path: 'Idempotency-Key', message: 'Must be 1 to 255 printable ASCII characters' },
    ])
    expect(inputs).toEqual([])
  })
})

describe('a failure', () => {
  test('that was expected is told as it is', async () => {
    const { statusCode, body } = await post(jsonRequest(ada), form, fails(new HttpError(404, 'There is no such thing')))
    expect(statusCode).toBe(404)
    expect(problemOf(body)).toMatchObject({ title: 'Not found', detail: 'There is no such thing' })
  })

  test.each([
    ['an error', new Error('connect ECONNREFUSED 10.0.0.1')],
    ['what is no error', 'ECONNREFUSED'],
    ['data that breaks our own schema, which the caller can not correct', z.string().safeParse(1).error],
  ])('that is %s is a 503 that tells nothing but when to come back', async (_, error) => {
    const log = captureLog()
    const { statusCode, headers, body } = await post(jsonRequest(ada), form, fails(error))
    expect(statusCode).toBe(503)
    expect(headers['retry-after']).toBe('5')
    expect(problemOf(body)).toEqual({
      type: 'about:blank',
      title: 'Service unavailable',
      status: 503,
      detail: 'Something this needs does not answer; please try again in a moment',
    })
    expect(JSON.parse(log())).toMatchObject({ level: 'ERROR', message: 'failed' })
  })

  test.each([
    ['an error that quotes it', fails(new Error('Email address is not verified: ada@example.com'))],
    ['a cause that quotes it', fails(new Error('failed', { cause: new Error('<ada@example.com>') }))],
  ])('does not put an address into the log: %s', async (_, run) => {
    const log = captureLog()
    await post(jsonRequest(ada), form, run)
    expect(log()).toContain('failed')
    expect(log()).not.toContain('ada@example.com')
  })
})
