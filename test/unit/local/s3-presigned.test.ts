import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, test } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'
import { ask } from './cloudfront.ts'
import { SIGNER, startS3 } from './s3.ts'

/** A bucket, and presigned URLs of it as the SDK makes them. */
async function start({ credentials = SIGNER, host = '127.0.0.1', now = Date.now } = {}) {
  const { s3, bucket, text } = startS3({ now })
  const { endpoint } = await awsEndpoint(s3)
  await bucket()
  const config = { endpoint: endpoint.replace('127.0.0.1', host), region: 'us-east-1', credentials }
  const client = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' })
  const object = { Bucket: 'site', Key: "banners/a b+c'(1).png" }
  return {
    text: () => text(object.Key),
    toPut: (length?: number, headers: object = {}) =>
      getSignedUrl(
        client,
        new PutObjectCommand({ ...object, ContentType: 'image/png', ContentLength: length, ...headers }),
        {
          expiresIn: 60,
          signableHeaders: new Set(['host', 'content-type', 'content-length']),
        },
      ),
    toGet: () => getSignedUrl(client, new GetObjectCommand(object), { expiresIn: 60 }),
  }
}

async function put(url: string, body = 'banner', contentType = 'image/png', more: Record<string, string> = {}) {
  const answer = await fetch(url, { method: 'PUT', body, headers: { 'content-type': contentType, ...more } })
  return `${answer.status} ${/<Code>(.*)<\/Code>/.exec(await answer.text())?.[1] ?? ''}`
}

test('what was signed is taken, and what differs from it refused', async () => {
  const { toPut, toGet, text } = await start()
  const exact = await toPut(6)
  const other = (name: string, value: string) => {
    const url = new URL(exact)
    url.searchParams.set(name, value)
    return url.href
  }
  const differing = {
    'another length': await put(exact, 'longer banner'),
    'another type': await put(exact, 'banner', 'text/html'),
    'another key': await put(exact.replace('.png', '.jpg')),
    'another bucket': await put(exact.replace('/site/', '/sites/')),
    'another time': await put(other('X-Amz-Expires', '61')),
    'another date': await put(other('X-Amz-Date', '20990101T000000Z')),
    'another signature': await put(other('X-Amz-Signature', 'a'.repeat(64))),
    'fewer headers': await put(other('X-Amz-SignedHeaders', 'host')),
    'another parameter': await put(`${exact}&versionId=1`),
    'another method': `${(await fetch(exact)).status} SignatureDoesNotMatch`,
  }
  for (const [what, answer] of Object.entries(differing)) expect(answer, what).toBe('403 SignatureDoesNotMatch')
  expect(await put(exact, 'banner', 'image/png', { 'x-amz-acl': 'public-read' })).toBe('403 AccessDenied')
  expect(await put(other('X-Amz-Expires', '604801'))).toBe('400 AuthorizationQueryParametersError')
  expect(await put(other('X-Amz-Signature', ''))).toBe('400 AuthorizationQueryParametersError')
  expect(text()).toBeUndefined()

  expect(await put(exact)).toBe('200 ')
  expect(text()).toBe('banner')
  expect(await put(await toPut(), 'of any length')).toBe('200 ')
  expect(await (await fetch(await toGet())).text()).toBe('of any length')
})

test('a metadata header is part of what was signed', async () => {
  const { toPut } = await start()
  expect(await put(await toPut(6, { Metadata: { who: 'ada' } }))).toBe('200 ')
})

test('is refused a minute later', async () => {
  let late = 0
  const { toPut, toGet } = await start({ now: () => Date.now() + late })
  const urls = [await toPut(), await toGet()]
  late = 61_000
  for (const url of urls) expect(await put(url)).toBe('403 AccessDenied')
})

test('names the bucket in its host, where that is no IP address', async () => {
  const { toPut, text } = await start({ host: 'localhost' })
  const { host, port, pathname, search } = new URL(await toPut(6))
  expect([host, pathname]).toEqual([`site.localhost:${port}`, expect.stringMatching(/^\/banners\//)])
  const send = (host: string) =>
    ask(Number(port), `${pathname}${search}`, {
      method: 'PUT',
      headers: { host, 'content-type': 'image/png', 'content-length': '6' },
      body: 'banner',
    })
  expect((await send(`sites.localhost:${port}`)).status).toBe(403)
  expect((await send(host)).status).toBe(200)
  expect(text()).toBe('banner')
})

test('by credentials that nobody knows is taken as it is', async () => {
  const { toPut } = await start({ credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
  expect(await put(await toPut())).toBe('200 ')
})
