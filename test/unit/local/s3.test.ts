import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'
import { provision, temporaryFolder } from './cloud-context.ts'
import { startS3 } from './s3.ts'

const SCOPE =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Credential=test/20260101/us-east-1/s3/aws4_request'

function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

test('a bucket without a name gets one that S3 allows, the same at every start', async () => {
  const { s3 } = startS3()
  const first = await provision(s3, 'AWS::S3::Bucket', {})
  expect(first.ref).toMatch(/^test-resource-[\da-f]{12}$/)
  expect(await provision(s3, 'AWS::S3::Bucket', {})).toEqual(first)
  expect(first.attributes).toEqual({
    Arn: `arn:aws:s3:::${first.ref}`,
    DomainName: `${first.ref}.s3.amazonaws.com`,
    RegionalDomainName: `${first.ref}.s3.us-east-1.amazonaws.com`,
  })
})

test('refuses what it cannot do by name', () => {
  const { s3 } = startS3()
  const wanted = { WebsiteConfiguration: { IndexDocument: 'index.html' } }
  const checked = s3.resources['AWS::S3::Bucket']?.properties.safeParse(wanted)
  expect(checked?.error?.issues).toMatchObject([{ keys: ['WebsiteConfiguration'] }])
})

describe('bucket deployment', () => {
  test('puts a folder into the bucket, with content types', async () => {
    const { bucket, deploy, assets, s3 } = startS3()
    const binary = Buffer.from([0, 255, 254, 10])
    write(assets, { 'index.html': '<h1>', 'assets/app.js': 'x', 'assets/a b.woff2': binary, LICENSE: 'free' })
    await bucket()
    await deploy({ SystemMetadata: { 'cache-control': 'max-age=60' }, DestinationBucketArn: 'arn' })
    expect(s3.getObject('site', 'index.html')).toEqual({
      body: Buffer.from('<h1>'),
      contentType: 'text/html',
      etag: expect.stringMatching(/^"[\da-f]{32}"$/),
      lastModified: expect.any(Date),
      cacheControl: 'max-age=60',
    })
    expect(s3.getObject('site', 'assets/app.js')?.contentType).toBe('text/javascript')
    expect(s3.getObject('site', 'assets/a b.woff2')).toMatchObject({ body: binary, contentType: 'font/woff2' })
    expect(s3.getObject('site', 'LICENSE')?.contentType).toBe('binary/octet-stream')
    expect(s3.getObject('site', 'assets')).toBeUndefined()
    expect(s3.getObject('nowhere', 'index.html')).toBeUndefined()
  })

  test('brings the bucket up to date, and deletes what is gone only if it may', async () => {
    const { bucket, deploy, assets, text } = startS3()
    write(assets, { 'index.html': 'old', 'gone.html': 'gone' })
    await bucket()
    await deploy()
    expect(text('index.html')).toBe('old')
    rmSync(join(assets, 'gone.html'))
    write(assets, { 'index.html': 'new' })
    await deploy({ Prune: false })
    expect([text('index.html'), text('gone.html')]).toEqual(['new', 'gone'])
    await deploy()
    expect([text('index.html'), text('gone.html')]).toEqual(['new', undefined])
  })

  test('keeps to its prefix', async () => {
    const { bucket, deploy, assets, text, fauxqs } = startS3()
    write(assets, { 'index.html': 'docs' })
    await bucket()
    fauxqs.s3Store.putObject('site', 'other.html', Buffer.from('other'))
    fauxqs.s3Store.putObject('site', 'docs/stale.html', Buffer.from('stale'))
    await deploy({ DestinationBucketKeyPrefix: 'docs/' })
    expect(['other.html', 'docs/index.html', 'docs/stale.html'].map(text)).toEqual(['other', 'docs', undefined])
  })

  test('leaves alone what is excluded and not included again, also when pruning', async () => {
    const { bucket, deploy, assets, text, s3 } = startS3()
    write(assets, { 'index.html': 'page', 'assets/a/b.js': 'script' })
    await bucket()
    await deploy({ Exclude: ['*'], Include: ['assets/*'], Prune: false })
    expect(['index.html', 'assets/a/b.js'].map(text)).toEqual([undefined, 'script'])
    rmSync(join(assets, 'assets'), { recursive: true })
    await deploy({ Exclude: ['assets/*'] })
    expect(['index.html', 'assets/a/b.js'].map(text)).toEqual(['page', 'script'])
    const type = s3.resources['Custom::CDKBucketDeployment']
    expect(type?.properties.safeParse({ Exclude: ['[ab].js'] }).success).toBe(false)
  })

  test('writes values that are known only when deploying into the files', async () => {
    const { bucket, deploy, assets, text } = startS3()
    write(assets, { 'config.json': '{"pool":"<<marker:0xbaba:0>>","né":"<<marker:0xbaba:1>>"}' })
    await bucket()
    await deploy({
      SourceMarkers: [{ '<<marker:0xbaba:0>>': 'pool-1', '<<marker:0xbaba:1>>': 'a "quoted" $& ü' }],
      SourceMarkersConfig: [{ jsonEscape: 'true' }],
    })
    expect(JSON.parse(text('config.json') ?? '')).toEqual({ pool: 'pool-1', né: 'a "quoted" $& ü' })
  })

  test('survives a restart, which writes nothing again', async () => {
    const stateDir = temporaryFolder()
    const first = startS3({}, stateDir)
    write(first.assets, { 'index.html': 'kept' })
    await first.bucket()
    await first.deploy()
    await first.stop()
    const second = startS3({}, stateDir)
    write(second.assets, { 'index.html': 'kept' })
    expect(second.text('index.html')).toBe('kept')
    const put = vi.spyOn(second.fauxqs.s3Store, 'putObject')
    await second.bucket()
    await second.deploy()
    expect(put).not.toHaveBeenCalled()
  })

  test('says which asset is missing', async () => {
    const { bucket, deploy } = startS3()
    await bucket()
    await expect(deploy({ SourceObjectKeys: ['lost.zip'] })).rejects.toThrow(
      'The asset lost.zip of Resource is no folder',
    )
  })
})

test('getObject reads from disk once, and again when the object changed', async () => {
  const { bucket, s3, fauxqs, text } = startS3()
  await bucket()
  fauxqs.s3Store.putObject('site', 'a', Buffer.from('one'))
  const read = vi.spyOn(fauxqs.s3Store, 'getObject')
  expect([text('a'), text('a')]).toEqual(['one', 'one'])
  expect(read).toHaveBeenCalledOnce()
  fauxqs.s3Store.putObject('site', 'a', Buffer.from('two'))
  expect(text('a')).toBe('two')
  fauxqs.s3Store.deleteObject('site', 'a')
  expect(s3.getObject('site', 'a')).toBeUndefined()
})

describe('over HTTP', () => {
  const presigned = (date: string) => `${SCOPE}&X-Amz-Date=${date}&X-Amz-Expires=60`
  const cors = {
    CorsRules: [
      {
        AllowedOrigins: ['http://localhost:3000'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['content-*'],
        MaxAge: '30',
      },
      { AllowedOrigins: ['*'], AllowedMethods: ['GET'], ExposedHeaders: ['ETag'] },
    ],
  }
  const now = () => Date.parse('2026-01-01T00:01:00Z')

  test('puts and gets objects by presigned URLs until they expire', async () => {
    const { s3, bucket } = startS3({ now })
    const { endpoint } = await awsEndpoint(s3)
    await bucket()
    const url = `${endpoint}/site/a%20b?${presigned('20260101T000000Z')}`
    const put = await fetch(url, { method: 'PUT', body: 'banner', headers: { 'content-type': 'image/png' } })
    expect(put.status).toBe(200)
    expect(s3.getObject('site', 'a b')).toMatchObject({ contentType: 'image/png', body: Buffer.from('banner') })
    expect(await (await fetch(url)).text()).toBe('banner')

    for (const [date, status, why] of [
      ['20251231T235959Z', 403, 'Request has expired'],
      ['yesterday', 400, 'X-Amz-Date must be'],
    ] as const) {
      const late = await fetch(`${endpoint}/site/a%20b?${presigned(date)}`, { method: 'PUT', body: 'late' })
      expect([late.status, await late.text()]).toEqual([status, expect.stringContaining(why)])
    }
    expect(await (await fetch(url)).text()).toBe('banner')
  })

  test('tells browsers what the CORS rules allow', async () => {
    const { s3, bucket } = startS3({ now })
    const { endpoint } = await awsEndpoint(s3)
    await bucket({ CorsConfiguration: cors })
    const url = `${endpoint}/site/banner?${presigned('20260101T000000Z')}`
    const preflight = (headers: Record<string, string>) => fetch(url, { method: 'OPTIONS', headers })
    const wanted = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'Content-Type' }

    const allowed = await preflight({ origin: 'http://localhost:3000', ...wanted })
    expect(allowed.status).toBe(200)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '30',
    })
    expect((await preflight({ origin: 'http://evil.example', ...wanted })).status).toBe(403)
    expect(
      (await preflight({ origin: 'http://localhost:3000', ...wanted, 'access-control-request-headers': 'x-other' }))
        .status,
    ).toBe(403)

    const put = await fetch(url, { method: 'PUT', body: 'x', headers: { origin: 'http://localhost:3000' } })
    expect(put.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    const get = await fetch(url, { headers: { origin: 'http://anybody.example' } })
    expect(get.headers.get('access-control-allow-origin')).toBe('*')
    expect(get.headers.get('access-control-expose-headers')).toBe('ETag')
    expect((await fetch(url)).headers.get('access-control-allow-origin')).toBeNull()
  })
})
