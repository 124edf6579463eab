import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { startApi } from './http-api.ts'

const echo = { $default: (event: unknown) => event }
const Event = z.looseObject({ body: z.string().optional(), isBase64Encoded: z.boolean() })

describe('the event', () => {
  test('has the shape of payload format 2.0', async () => {
    const now = Date.UTC(2026, 10, 21, 4, 0, 5)
    const { get, ApiId } = await startApi({ 'POST /things/{id}': (event) => event }, { now: () => now })
    const response = await get('/things/a%20b?size=1&colour=red&size=2&empty=', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Custom': 'Value',
        Cookie: 'a=1; b=2',
        'User-Agent': 'test',
        Accept: '*/*',
        'accept-language': 'de',
      },
      body: '{"name":"é"}',
    })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      version: '2.0',
      routeKey: 'POST /things/{id}',
      rawPath: '/things/a%20b',
      rawQueryString: 'size=1&colour=red&size=2&empty=',
      cookies: ['a=1', 'b=2'],
      headers: {
        accept: '*/*',
        'accept-encoding': expect.any(String),
        'accept-language': 'de',
        connection: expect.any(String),
        'content-length': '13',
        'content-type': 'application/json',
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        'sec-fetch-mode': 'cors',
        'user-agent': 'test',
        'x-custom': 'Value',
      },
      queryStringParameters: { size: '1,2', colour: 'red', empty: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: ApiId,
        domainName: `${ApiId}.execute-api.us-east-1.amazonaws.com`,
        domainPrefix: ApiId,
        http: { method: 'POST', path: '/things/a%20b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.any(String),
        routeKey: 'POST /things/{id}',
        stage: '$default',
        time: '21/Nov/2026:04:00:05 +0000',
        timeEpoch: now,
      },
      body: '{"name":"é"}',
      pathParameters: { id: 'a b' },
      isBase64Encoded: false,
    })
  })

  test('leaves out what is not there', async () => {
    const { get } = await startApi(echo)
    const event = z.record(z.string(), z.unknown()).parse(await (await get('/')).json())
    expect(Object.keys(event).sort()).toEqual(
      ['headers', 'isBase64Encoded', 'rawPath', 'rawQueryString', 'requestContext', 'routeKey', 'version'].sort(),
    )
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false, routeKey: '$default' })
  })

  test('has a parameter of any name', async () => {
    const { get } = await startApi(echo)
    expect(await (await get('/?__proto__=1&constructor=2&a=b%20c+d')).text()).toContain(
      '"queryStringParameters":{"__proto__":"1","constructor":"2","a":"b c d"}',
    )
  })

  test.each([
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['application/atom+xml', false],
    ['application/xml', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    ['image/png', true],
  ])('has a body of %s in base64: %s', async (type, isBase64Encoded) => {
    const { get } = await startApi(echo)
    const bytes = Buffer.from('a=é')
    const event = Event.parse(
      await (await get('/', { method: 'POST', headers: { 'content-type': type }, body: bytes })).json(),
    )
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? bytes.toString('base64') : 'a=é' })
  })
})

describe('the answer', () => {
  const answerOf = async (result: unknown, init?: RequestInit) => {
    const { get, warnings } = await startApi({ $default: () => result })
    const response = await get('/', init)
    const { status, headers } = response
    return { status, headers, bytes: Buffer.from(await response.arrayBuffer()), warnings }
  }

  test('is what the function says', async () => {
    const { status, headers, bytes } = await answerOf({
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'x-number': 7, 'x-flag': true },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: 'é',
    })
    expect(status).toBe(201)
    expect(headers.get('content-type')).toBe('text/plain')
    expect([headers.get('x-number'), headers.get('x-flag')]).toEqual(['7', 'true'])
    expect(headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2'])
    expect(headers.get('content-length')).toBe('2')
    expect(bytes.toString()).toBe('é')
  })

  test('may be bytes', async () => {
    const { bytes } = await answerOf({
      statusCode: 200,
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    })
    expect([...bytes]).toEqual([0, 255])
  })

  test.each([
    ['an object', { hello: 'world' }, '{"hello":"world"}'],
    ['a list', [1, 2], '[1,2]'],
    ['a text', 'hello', 'hello'],
    ['a number', 7, '7'],
  ])('that has no status is a 200 with %s as JSON', async (_, result, body) => {
    const { status, headers, bytes } = await answerOf(result)
    expect({ status, type: headers.get('content-type'), body: bytes.toString() }).toEqual({
      status: 200,
      type: 'application/json',
      body,
    })
  })

  test('has one length, whatever the function says it is', async () => {
    const { status, headers, bytes } = await answerOf({
      statusCode: 200,
      headers: { 'Content-Length': '99' },
      body: 'abc',
    })
    expect({ status, length: headers.get('content-length'), body: bytes.toString() }).toEqual({
      status: 200,
      length: '3',
      body: 'abc',
    })
  })

  test('without a body', async () => {
    const { status, headers, bytes } = await answerOf({ statusCode: 204 })
    expect({ status, length: headers.get('content-length'), body: bytes.length }).toEqual({
      status: 204,
      length: null,
      body: 0,
    })
  })

  test('to HEAD has headers only', async () => {
    const { status, headers, bytes } = await answerOf({ statusCode: 200, body: 'abc' }, { method: 'HEAD' })
    expect({ status, length: headers.get('content-length'), body: bytes.length }).toEqual({
      status: 200,
      length: '3',
      body: 0,
    })
  })

  const broken = { status: 500, body: '{"message":"Internal Server Error"}', type: 'application/json' }
  test.each([
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a status that is no number', { statusCode: 'fine' }],
    ['no status', { statusCode: null }],
    ['a status that there is not', { statusCode: 1000 }],
    ['a header that no header can be', { statusCode: 200, headers: { 'x-a': 'a\nset-cookie: b' } }],
    ['a header without a name', { statusCode: 200, headers: { '': 'a' } }],
  ])('with %s is an error of the server', async (_, result) => {
    const { status, headers, bytes, warnings } = await answerOf(result)
    expect({ status, body: bytes.toString(), type: headers.get('content-type') }).toEqual(broken)
    expect(warnings).toEqual([expect.stringContaining('$default')])
  })

  test.each([
    ['failed', new Error('secret'), 500, '{"message":"Internal Server Error"}'],
    [
      'is throttled',
      new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429),
      429,
      '{"message":"Too Many Requests"}',
    ],
    ['is gone', new AwsError('ResourceNotFoundException', 'gone', 404), 500, '{"message":"Internal Server Error"}'],
  ])('of a function that %s says nothing of it', async (_, error, status, body) => {
    const { get } = await startApi({
      $default: () => {
        throw error
      },
    })
    const response = await get('/')
    expect({ status: response.status, body: await response.text() }).toEqual({ status, body })
  })

  test('where no route leads is the gateway’s own', async () => {
    const { get } = await startApi({ 'GET /a': () => 1 })
    const response = await get('/b')
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: 'Not Found' })
  })

  test('has the correlation id that came with the request, or a new one, also where no function gave it', async () => {
    const cors = { AllowOrigins: ['https://a.example'] }
    const { get } = await startApi(
      { 'GET /own': () => ({ statusCode: 200, headers: { 'x-correlation-id': 'own' } }) },
      { cors },
    )
    const idOf = async (path: string, init: RequestInit = {}, id = 'sent') =>
      (await get(path, { ...init, headers: { 'x-correlation-id': id, ...init.headers } })).headers.get(
        'x-correlation-id',
      )
    expect(await idOf('/own')).toBe('own')
    expect(await idOf('/nowhere')).toBe('sent')
    expect(await idOf('/own', { method: 'OPTIONS', headers: { origin: 'https://a.example' } })).toBe('sent')
    expect(await idOf('/own', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })).toBe('sent')
    for (const none of ['', 'a b', 'x'.repeat(129)]) expect(await idOf('/nowhere', {}, none)).toMatch(/^[\da-f-]{36}$/)
  })

  test('to a body that is too large is 413, also to a client that is still sending', async () => {
    const { get } = await startApi(echo)
    const response = await get('/', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' })
  })

  test('to a client that goes away harms nobody', async () => {
    const { url, get } = await startApi({ $default: () => 'well' })
    const sending = request(url, { method: 'POST', headers: { 'content-length': 1000 } })
    sending.write('a')
    await once(sending, 'socket')
    sending.on('error', () => {})
    sending.destroy()
    expect(await (await get('/')).text()).toBe('well')
  })
})
