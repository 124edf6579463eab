import { createHash } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createCloudFront } from '../../../infra/local/engines/cloudfront.ts'
import type { StoredObject } from '../../../infra/local/engines/s3.ts'
import { listen } from '../../../infra/local/listen.ts'
import { cloudContext, provision } from './cloud-context.ts'

const object = (text: string, contentType = 'text/html'): StoredObject => ({
  body: Buffer.from(text),
  contentType,
  etag: `"${createHash('md5').update(text).digest('hex')}"`,
})

const bucketOrigin = {
  Id: 'bucket',
  DomainName: 'site.s3.us-east-1.amazonaws.com',
  S3OriginConfig: { OriginAccessIdentity: '' },
  OriginAccessControlId: 'oac',
}
const apiOrigin = {
  Id: 'api',
  DomainName: 'abc.execute-api.us-east-1.amazonaws.com',
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
}
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']

interface Options {
  readonly objects?: Readonly<Record<string, StoredObject>>
  readonly functions?: Readonly<Record<string, string>>
  readonly headersPolicy?: object
  readonly behavior?: object
  readonly apiBehavior?: object
  readonly config?: object
  readonly api?: (request: IncomingMessage, response: ServerResponse, domain: string) => Promise<void>
}

/** A site of a bucket and an API under `/api/`, served on a port of its own until the test ends. */
async function start(options: Options = {}) {
  const warn = vi.fn()
  const api = vi.fn(
    options.api ??
      (async (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-frame-options': 'from-the-api' })
        response.end(JSON.stringify({ url: request.url, headers: request.headers }))
      }),
  )
  const getObject = vi.fn((bucket: string, key: string) => (bucket === 'site' ? options.objects?.[key] : undefined))
  const engine = createCloudFront(cloudContext(undefined, { warn }), { getObject, api })
  const arns = new Map<string, string>()
  for (const [Name, FunctionCode] of Object.entries(options.functions ?? {})) {
    const FunctionConfig = { Runtime: 'cloudfront-js-2.0', Comment: '' }
    const { ref } = await provision(engine, 'AWS::CloudFront::Function', { Name, FunctionCode, FunctionConfig })
    arns.set(Name, ref)
  }
  const shared: Record<string, unknown> = { ViewerProtocolPolicy: 'redirect-to-https', CachePolicyId: 'managed' }
  if (arns.size > 0) {
    shared.FunctionAssociations = [...arns].map(([EventType, FunctionARN]) => ({ EventType, FunctionARN }))
  }
  if (options.headersPolicy) {
    const ResponseHeadersPolicyConfig = { Name: 'headers', ...options.headersPolicy }
    const { ref } = await provision(engine, 'AWS::CloudFront::ResponseHeadersPolicy', { ResponseHeadersPolicyConfig })
    shared.ResponseHeadersPolicyId = ref
  }
  const apiBehavior = { PathPattern: '/api/*', TargetOriginId: 'api', AllowedMethods: METHODS }
  const distribution = await provision(engine, 'AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Enabled: true,
      HttpVersion: 'http2and3',
      Origins: [bucketOrigin, apiOrigin],
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { TargetOriginId: 'bucket', ...shared, ...options.behavior },
      CacheBehaviors: [{ ...shared, ...apiBehavior, ...options.apiBehavior }],
      ...options.config,
    },
  })
  const { port, serve, close } = await listen(0, '--port')
  onTestFinished(close)
  serve((request, response) => {
    engine.handle(request, response).catch((error) => response.destroy(error))
  })
  return { engine, api, getObject, warn, distribution, get: (path: string, asked?: Asked) => ask(port, path, asked) }
}

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** Unlike `fetch`, sends any path as it is, and undoes no compression. */
const ask = (port: number, path: string, { method = 'GET', headers = {}, body = '' }: Asked = {}): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (response) => {
      const bytes = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, text: bytes.toString() })
    })
    request.on('error', reject).end(body)
  })

describe('a bucket', () => {
  const page = object('<h1>Hello</h1>')

  test('answers with its objects, the root with the default object', async () => {
    const styles = { ...object('a{}', 'text/css'), cacheControl: 'max-age=60' }
    const { get } = await start({ objects: { 'index.html': page, 'a b/ü.css': styles } })
    expect(await get('/')).toMatchObject({ status: 200, text: '<h1>Hello</h1>' })
    const found = await get('/a%20b/%C3%BC.css?v=1')
    expect(found.headers).toMatchObject({
      'content-type': 'text/css',
      'cache-control': 'max-age=60',
      etag: styles.etag,
    })
    expect(found.headers['content-length']).toBe('3')
  })

  test('answers HEAD without a body, and 304 to who has the object already', async () => {
    const { get } = await start({ objects: { 'index.html': page } })
    const head = await get('/', { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '14', ''])
    for (const known of [page.etag, `W/${page.etag}`, `"other", ${page.etag}`, '*']) {
      const answer = await get('/', { headers: { 'if-none-match': known } })
      expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', page.etag])
    }
    expect(await get('/', { headers: { 'if-none-match': '"other"' } })).toMatchObject({ status: 200 })
  })

  test('answers 404 for what it does not have, and never leaves the bucket', async () => {
    const { get, getObject } = await start({ objects: { 'index.html': page } })
    const missing = await get('/nothing.html')
    expect([missing.status, missing.headers['content-type']]).toEqual([404, 'application/xml'])
    expect(missing.text).toContain('<Code>NoSuchKey</Code>')
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '//etc/passwd', '/..%5c..%5cetc']) {
      expect(await get(path)).toMatchObject({ status: 404 })
    }
    for (const [bucket] of getObject.mock.calls) expect(bucket).toBe('site')
  })

  test.for(['/%', '/%zz', '/a%C3', '/%FF', '*'])('answers 400 to the malformed %s', async (path) => {
    const { get } = await start({ objects: { 'index.html': page } })
    expect(await get(path, path === '*' ? { method: 'OPTIONS' } : {})).toMatchObject({ status: 400 })
  })

  test('takes the methods of its behavior only', async () => {
    const first = await start({ objects: { 'index.html': page } })
    expect(await first.get('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 403 })
    const second = await start({ objects: { 'index.html': page }, behavior: { AllowedMethods: METHODS } })
    expect(await second.get('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 405 })
  })

  test('compresses what is worth it for who takes it', async () => {
    const long = object('long '.repeat(1_000))
    const objects = { 'long.html': long, 'short.html': page, 'long.png': object('x'.repeat(5_000), 'image/png') }
    const { get } = await start({ objects, behavior: { Compress: true } })
    const gzip = { headers: { 'accept-encoding': 'br, gzip;q=0.5' } }
    const answer = await get('/long.html', gzip)
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      etag: `W/${long.etag}`,
      'content-length': String(answer.body.length),
    })
    expect(gunzipSync(answer.body)).toEqual(long.body)
    const known = await get('/long.html', { headers: { ...gzip.headers, 'if-none-match': `W/${long.etag}` } })
    expect(known).toMatchObject({ status: 304 })

    for (const accepted of ['', 'br', 'gzip;q=0', 'identity, gzip;q=0.0']) {
      const plain = await get('/long.html', { headers: { 'accept-encoding': accepted } })
      expect([plain.headers['content-encoding'], plain.body.length]).toEqual([undefined, 5_000])
    }
    for (const path of ['/short.html', '/long.png'])
      expect((await get(path, gzip)).headers['content-encoding']).toBeUndefined()
  })
})

describe('an API', () => {
  test('gets what its path pattern matches, as it was sent', async () => {
    const { get, api } = await start()
    const answer = await get('/api/a%20b?x=1&x=2', { method: 'POST', headers: { 'x-mine': 'yes' }, body: '{}' })
    expect(JSON.parse(answer.text)).toMatchObject({ url: '/api/a%20b?x=1&x=2', headers: { 'x-mine': 'yes' } })
    expect(api).toHaveBeenCalledWith(expect.anything(), expect.anything(), apiOrigin.DomainName)
    expect(await get('/api')).toMatchObject({ status: 404 })
    expect(await get('/API/a')).toMatchObject({ status: 404 })
    expect(await get('/assets/../api/a')).toMatchObject({ status: 200 })
    expect(api).toHaveBeenCalledTimes(2)
  })

  test('is found by the first pattern that matches', async () => {
    const behavior = { TargetOriginId: 'api', AllowedMethods: METHODS }
    const patterns = ['/v?/*', '*.json', 'docs/a+b*']
    const { get } = await start({
      config: { CacheBehaviors: patterns.map((PathPattern) => ({ ...behavior, PathPattern })) },
    })
    const statusOf = async (path: string) => (await get(path)).status
    expect(await Promise.all(['/v1/x', '/v2/', '/a/b.json', '/docs/a+b'].map(statusOf))).toEqual([200, 200, 200, 200])
    expect(await Promise.all(['/v/x', '/v10/x', '/a.jsonx', '/docs/aab'].map(statusOf))).toEqual([404, 404, 404, 404])
  })

  test('has its origin path put in front', async () => {
    const { get } = await start({ config: { Origins: [bucketOrigin, { ...apiOrigin, OriginPath: '/prod' }] } })
    expect(JSON.parse((await get('/api/a')).text)).toMatchObject({ url: '/prod/api/a' })
  })
})

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

describe('response headers policy', () => {
  test('adds security headers to every answer', async () => {
    const { get } = await start({
      objects: { 'index.html': object('x') },
      headersPolicy: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY', Override: false },
          ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
          StrictTransportSecurity: { AccessControlMaxAgeSec: '60', IncludeSubdomains: true, Override: true },
          XSSProtection: { Protection: true, ModeBlock: true, Override: true },
        },
        CustomHeadersConfig: { Items: [{ Header: 'X-Mine', Value: 'yes', Override: false }] },
        RemoveHeadersConfig: { Items: [{ Header: 'ETag' }] },
      },
    })
    const expected = {
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'x-xss-protection': '1; mode=block',
      'x-mine': 'yes',
    }
    const page = await get('/')
    expect(page.headers).toMatchObject(expected)
    expect(page.headers).not.toHaveProperty('etag')
    expect((await get('/missing')).headers).toMatchObject(expected)
    expect((await get('/api/x')).headers).toMatchObject({ ...expected, 'x-frame-options': 'from-the-api' })
  })
})

describe('custom error responses', () => {
  const errorPages = (code: number, page: object) => ({
    CustomErrorResponses: [{ ErrorCode: code, ErrorCachingMinTTL: 10, ...page }],
  })
  const objects = { '404.html': object('<h1>Not here</h1>') }

  test('show a page of the site, also in place of an error of the API', async () => {
    const api: Options['api'] = async (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json', 'content-length': 2 })
      response.end('{}')
    }
    const { get } = await start({ objects, api, config: errorPages(404, { ResponsePagePath: '/404.html' }) })
    for (const path of ['/missing', '/api/x']) {
      const answer = await get(path)
      expect([answer.status, answer.text]).toEqual([404, '<h1>Not here</h1>'])
      expect(answer.headers).toMatchObject({ 'content-type': 'text/html', 'content-length': '17' })
    }
    expect(await get('/missing', { method: 'HEAD' })).toMatchObject({ status: 404, text: '' })
  })

  test('may answer with another status; without their page the error stays', async () => {
    const app = await start({
      objects: { 'index.html': object('app') },
      config: errorPages(404, { ResponseCode: 200, ResponsePagePath: '/index.html' }),
    })
    expect(await app.get('/some/route')).toMatchObject({ status: 200, text: 'app' })
    const without = await start({ config: errorPages(404, { ResponsePagePath: '/404.html' }) })
    expect((await without.get('/missing')).text).toContain('NoSuchKey')
  })
})

describe('provisioning', () => {
  test('is where the site is served', async () => {
    const { distribution } = await start()
    expect(distribution.ref).toMatch(/^E[\dA-F]{13}$/)
    expect(distribution.attributes).toEqual({ Id: distribution.ref, DomainName: 'localhost:3000' })
  })

  test('refuses by name what it cannot do', async () => {
    const { engine } = await start()
    const config = { Enabled: true, Origins: [bucketOrigin], DefaultCacheBehavior: { TargetOriginId: 'bucket' } }
    const issuesOf = (type: string, properties: object) =>
      engine.resources[type]?.properties.safeParse(properties).error?.issues
    expect(
      issuesOf('AWS::CloudFront::Distribution', { DistributionConfig: { ...config, OriginGroups: {} } }),
    ).toMatchObject([{ keys: ['OriginGroups'] }])
    const FunctionConfig = { Runtime: 'cloudfront-js-2.0', KeyValueStoreAssociations: [] }
    expect(issuesOf('AWS::CloudFront::Function', { Name: 'f', FunctionCode: '', FunctionConfig })).toMatchObject([
      { path: ['FunctionConfig'], keys: ['KeyValueStoreAssociations'] },
    ])

    const another = engine.resources['AWS::CloudFront::Distribution']
    const provisionAnother = async (DistributionConfig: object, logicalId: string) =>
      another?.provision({ stack: 'Test', logicalId, metadata: {}, properties: { DistributionConfig } })
    await expect(provisionAnother(config, 'Second')).rejects.toThrow('Second: only one is supported locally')
    const lost = { ...config, DefaultCacheBehavior: { TargetOriginId: 'lost' } }
    await expect(provisionAnother(lost, 'Resource')).rejects.toThrow('the origin lost is not in the template')
  })

  test('answers without a distribution', async () => {
    const engine = createCloudFront(cloudContext(), { getObject: () => undefined, api: async () => {} })
    const { port, serve, close } = await listen(0, '--port')
    onTestFinished(close)
    serve((request, response) => void engine.handle(request, response))
    expect(await ask(port, '/')).toMatchObject({ status: 404 })
  })
})
