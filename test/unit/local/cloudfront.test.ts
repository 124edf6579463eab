import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCloudFront } from '../../../infra/local/engines/cloudfront.ts'
import { listen } from '../../../infra/local/listen.ts'
import { cloudContext } from './cloud-context.ts'
import { apiOrigin, ask, bucketOrigin, METHODS, type Options, object, start } from './cloudfront.ts'

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
    for (const [since, status] of [
      [head.headers['last-modified'], 304],
      ['Fri, 15 Jan 2027 07:59:59 GMT', 200],
      ['some day', 200],
    ] as const)
      expect(await get('/', { headers: { 'if-modified-since': String(since) } })).toMatchObject({ status })
  })

  test.for([
    ['bytes=0-3', 206, '<h1>', 'bytes 0-3/14'],
    ['bytes=9-', 206, '</h1>', 'bytes 9-13/14'],
    ['bytes=-5', 206, '</h1>', 'bytes 9-13/14'],
    ['bytes=9-99', 206, '</h1>', 'bytes 9-13/14'],
    ['bytes=14-', 416, '', 'bytes */14'],
    ['bytes=3-1', 200, '<h1>Hello</h1>', undefined],
    ['bytes=0-1,3-4', 200, '<h1>Hello</h1>', undefined],
  ] as const)('answers the range %s with %i', async ([range, status, text, contentRange]) => {
    const { get } = await start({ objects: { 'index.html': page } })
    const answer = await get('/', { headers: { range } })
    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, contentRange])
    expect(answer.headers['content-length']).toBe(String(text.length))
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
    expect(JSON.parse((await get('/api/%zz')).text)).toMatchObject({ url: '/api/%zz' })
    expect(await get('/api')).toMatchObject({ status: 404 })
    expect(await get('/API/a')).toMatchObject({ status: 404 })
    expect(await get('/assets/../api/a')).toMatchObject({ status: 200 })
    expect(api).toHaveBeenCalledTimes(3)
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
