import { createHash } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished, vi } from 'vitest'
import { createCloudFront } from '../../../infra/local/engines/cloudfront.ts'
import type { StoredObject } from '../../../infra/local/engines/s3.ts'
import { listen } from '../../../infra/local/listen.ts'
import { cloudContext, provision } from './cloud-context.ts'

export const object = (text: string, contentType = 'text/html'): StoredObject => ({
  body: Buffer.from(text),
  contentType,
  etag: `"${createHash('md5').update(text).digest('hex')}"`,
  lastModified: new Date('2027-01-15T08:00:00.500Z'),
})

export const bucketOrigin = {
  Id: 'bucket',
  DomainName: 'site.s3.us-east-1.amazonaws.com',
  S3OriginConfig: { OriginAccessIdentity: '' },
  OriginAccessControlId: 'oac',
}
export const apiOrigin = {
  Id: 'api',
  DomainName: 'abc.execute-api.us-east-1.amazonaws.com',
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
}
export const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']

export interface Options {
  readonly objects?: Readonly<Record<string, StoredObject>>
  readonly functions?: Readonly<Record<string, string>>
  readonly headersPolicy?: object
  readonly behavior?: object
  readonly apiBehavior?: object
  readonly config?: object
  readonly api?: (request: IncomingMessage, response: ServerResponse, domain: string) => Promise<void>
}

/** A site of a bucket and an API under `/api/`, served on a port of its own until the test ends. */
export async function start(options: Options = {}) {
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
export const ask = (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' }: Asked = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (response) => {
      const bytes = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, text: bytes.toString() })
    })
    request.on('error', reject).end(body)
  })
