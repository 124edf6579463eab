import { describe, expect, test } from 'vitest'
import { type Options, object, start } from './cloudfront.ts'

describe('functions', () => {
  test('rewrite the request', async () => {
    const code = `async function handler(event) {
      const request = event.request
      if (event.version !== '1.0' || event.context.eventType !== 'viewer-request') throw new Error('another event')
      request.uri = request.uri.replace(/\\/old\\//, '/new/')
      request.querystring.added = { value: request.querystring.a.multiValue.length + '' }
      request.headers['x-added'] = { value: request.cookies.theme.value }
      delete request.headers['x-gone']
      console.log('hello')
      return request
    }`
    const { get } = await start({ functions: { 'viewer-request': code } })
    const headers = { cookie: 'theme=dark; other=1', 'x-gone': 'x', 'x-kept': 'y' }
    const sent = JSON.parse((await get('/api/old/x?a=1&a=%20&flag', { headers })).text)
    expect(sent.url).toBe('/api/new/x?a=1&a=%20&flag&added=2')
    expect(sent.headers).toMatchObject({ 'x-added': 'dark', 'x-kept': 'y', cookie: 'theme=dark; other=1' })
    expect(sent.headers).not.toHaveProperty('x-gone')
  })

  test('answer by themselves, with the headers of the policy', async () => {
    const code = `function handler(event) {
      return {
        statusCode: 301, statusDescription: 'Moved Permanently',
        headers: { location: { value: event.request.uri + '/' } },
        cookies: { seen: { value: '1', attributes: 'Path=/' } },
        body: { encoding: 'base64', data: 'bW92ZWQ=' },
      }
    }`
    const { get, getObject } = await start({
      functions: { 'viewer-request': code },
      headersPolicy: { CustomHeadersConfig: { Items: [{ Header: 'x-policy', Value: '1', Override: 'true' }] } },
    })
    const answer = await get('/docs')
    expect([answer.status, answer.text]).toEqual([301, 'moved'])
    expect(answer.headers).toMatchObject({ location: '/docs/', 'set-cookie': ['seen=1; Path=/'], 'x-policy': '1' })
    expect(getObject).not.toHaveBeenCalled()
  })

  test('change the answer, but see no errors', async () => {
    const code = `function handler(event) {
      const response = event.response
      response.headers['x-status'] = { value: String(response.statusCode) }
      delete response.headers.etag
      response.cookies.added = { value: '1' }
      return response
    }`
    const api: Options['api'] = async (_request, response) => {
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] })
      response.end('fine')
    }
    const { get } = await start({ functions: { 'viewer-response': code }, objects: { 'a.txt': object('a') }, api })
    const answer = await get('/a.txt')
    expect([answer.text, answer.headers['x-status'], answer.headers.etag]).toEqual(['a', '200', undefined])
    expect((await get('/api/x')).headers['set-cookie']).toEqual(['a=1', 'b=2', 'added=1'])
    expect((await get('/missing')).headers).not.toHaveProperty('x-status')
  })

  test.for([
    ['throws', 'function handler() { throw new Error("oh") }'],
    ['rejects', 'async function handler() { throw new Error("oh") }'],
    ['never ends', 'function handler() { for (;;); }'],
    ['answers nothing', 'function handler() {}'],
    ['answers nonsense', 'function handler() { return { statusCode: "yes" } }'],
  ] as const)('that %s is a 503', async ([, code]) => {
    for (const event of ['viewer-request', 'viewer-response']) {
      const { get, warn } = await start({ functions: { [event]: code }, objects: { 'a.txt': object('a') } })
      const answer = await get('/a.txt')
      expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('could not run')])
      expect(warn).toHaveBeenCalledOnce()
    }
  })

  test.for([
    ['const x =', 'Unexpected end of input'],
    ["import cf from 'cloudfront'", 'Cannot use import statement'],
    ["const crypto = require('crypto')", 'require is not defined'],
    ['function other() {}', 'it defines no handler'],
  ] as const)('that cannot run is refused at once: %s', async ([code, reason]) => {
    await expect(start({ functions: { 'viewer-request': code } })).rejects.toThrow(reason)
  })
})
