import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type CloudContext, type Engine, resourceType } from './engine.ts'
import type { Fauxqs } from './fauxqs.ts'
import { physicalName } from './physical-name.ts'
import { restXmlError } from './refusal.ts'
import { type BucketBrowser, bucketBrowser } from './s3/browse.ts'
import { openBucketCors } from './s3/bucket-cors.ts'
import { bucketDeployment } from './s3/bucket-deployment.ts'
import { CorsRule, corsHeaders } from './s3/cors.ts'
import { head } from './s3/head.ts'
import { type ObjectEvent, tellOfObjects } from './s3/object-events.ts'
import { checkPresigned } from './s3/presigned.ts'
import { subresource } from './s3/subresources.ts'
import { decode, queryOf } from './s3/uri.ts'

export interface StoredObject {
  readonly body: Buffer
  readonly contentType: string
  /** With its quotation marks. */
  readonly etag: string
  readonly lastModified: Date
  readonly cacheControl?: string
}

export interface S3 extends Engine {
  /** An object, from memory if it was asked for before and has not changed; `undefined` if there is none. */
  readonly getObject: (bucket: string, key: string) => StoredObject | undefined
  readonly buckets: BucketBrowser
}

export interface S3Dependencies {
  readonly fauxqs: Fauxqs
  /** Folder behind an asset's object key. */
  readonly assetPath: (objectKey: string) => string | undefined
  /** Puts an event on the account's default bus; on disk when it returns. */
  readonly announce: (event: ObjectEvent) => void
  /** The secret of an access key; `undefined` for one that nobody here has given out. */
  readonly secretOf: (accessKeyId: string) => string | undefined
}

/** Bytes of objects held in memory, beside their copy on disk. */
const MEMORY = 64 * 1024 * 1024
const ignored = z.unknown().optional()

/** S3, on fauxqs, with what browsers need of it (CORS, presigned URLs that are checked) and events of its objects. */
export function createS3(context: CloudContext, { fauxqs, assetPath, announce, secretOf }: S3Dependencies): S3 {
  const { s3Store } = fauxqs
  const cors = openBucketCors(context.database)
  const senders = new Set<string>()
  const asOperation = tellOfObjects(fauxqs, {
    isSender: (bucket) => senders.has(bucket),
    announce,
    now: context.now,
  })
  const inMemory = new Map<string, StoredObject>()
  let bytesInMemory = 0

  function getObject(bucket: string, key: string): StoredObject | undefined {
    const found = head(fauxqs, bucket, key)
    if (!found) return undefined
    const name = `${bucket}/${key}`
    const { contentType, etag, lastModified, cacheControl } = found
    const held = inMemory.get(name)
    const isSame = held?.etag === etag && held.contentType === contentType && held.cacheControl === cacheControl
    if (held && isSame && held.lastModified.getTime() === lastModified.getTime()) return held
    const { body } = s3Store.getObject(bucket, key)
    const object = { body, contentType, etag, lastModified, ...(cacheControl ? { cacheControl } : {}) }
    bytesInMemory += body.length - (held?.body.length ?? 0)
    if (bytesInMemory > MEMORY) {
      inMemory.clear()
      bytesInMemory = body.length
    }
    inMemory.set(name, object)
    return object
  }

  async function serve(sent: AwsRequest): Promise<AwsResponse> {
    const request = inPathStyle(sent)
    const bucket = /^\/([^/?]+)/.exec(request.url)?.[1] ?? ''
    const allowed = corsHeaders(cors.rulesOf(bucket), request.method, request.headers)
    if (request.method === 'OPTIONS') {
      if (allowed) return { status: 200, headers: allowed, body: '' }
      return restXmlError(new AwsError('AccessForbidden', 'CORSResponse: This CORS request is not allowed.', 403))
    }
    const response = await answer(sent, request, bucket)
    return { ...response, headers: { ...response.headers, ...allowed } }
  }

  /** `sent` is what was signed; `request` is the same in path style. */
  async function answer(sent: AwsRequest, request: AwsRequest, bucket: string): Promise<AwsResponse> {
    try {
      checkPresigned(sent, { now: context.now(), secretOf })
      const query = queryOf(request.url)
      if (query.has('cors')) {
        if (!s3Store.hasBucket(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
        const body = cors.answer(bucket, request)
        return { ...xml(body), status: request.method === 'DELETE' ? 204 : 200 }
      }
      const same = subresource(request.method, query)
      if (same !== undefined) return xml(same)
      checkHeaders(request, bucket)
      const response = await asOperation(request, () => fauxqs.injectObject(request))
      if (request.method === 'DELETE' && !s3Store.hasBucket(bucket)) cors.set(bucket, [])
      const isS3s = response.status < 400 || !response.headers?.['content-type']?.startsWith('application/json')
      if (isS3s) return response
      // An answer of the server that it is made with: it knows no such path and method, or failed.
      if (response.status !== 404) throw new AwsError('InternalError', response.body.toString(), 500)
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
    } catch (error) {
      if (error instanceof AwsError) return restXmlError(error)
      throw error
    }
  }

  /** What fauxqs does not look at. */
  function checkHeaders({ method, url, headers }: AwsRequest, bucket: string): void {
    if (method === 'PUT' && !headers['content-length'] && !headers['x-amz-decoded-content-length'])
      throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411)
    const etag = headers['if-match']
    if (method !== 'DELETE' || etag === undefined) return
    // Only this very object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    const found = head(fauxqs, bucket, decode((url.split('?')[0] ?? '').slice(bucket.length + 2)))
    if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
    if (etag !== '*' && etag !== found.etag)
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
  }

  const bucket = resourceType({
    properties: z.strictObject({
      BucketName: z.string().optional(),
      CorsConfiguration: z.strictObject({ CorsRules: z.array(CorsRule) }).optional(),
      NotificationConfiguration: z
        .strictObject({
          EventBridgeConfiguration: z
            .strictObject({ EventBridgeEnabled: z.stringbool().or(z.boolean()).default(true) })
            .optional(),
        })
        .optional(),
      // Who may read what and how it is encrypted: the state folder is the developer's own.
      AccessControl: ignored,
      BucketEncryption: ignored,
      OwnershipControls: ignored,
      PublicAccessBlockConfiguration: ignored,
      // Only the newest version is kept, until somebody deletes it; nobody reads access logs and metrics.
      LifecycleConfiguration: ignored,
      LoggingConfiguration: ignored,
      MetricsConfigurations: ignored,
      VersioningConfiguration: ignored,
      Tags: ignored,
    }),
    provision: (resource) => {
      const { BucketName, CorsConfiguration, NotificationConfiguration } = resource.properties
      const name = BucketName ?? physicalName(resource, 63).toLowerCase()
      s3Store.createBucket(name)
      cors.set(name, CorsConfiguration?.CorsRules ?? [])
      if (NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled) senders.add(name)
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        },
      }
    },
  })

  return {
    resources: {
      'AWS::S3::Bucket': bucket,
      // Who may read what: see above.
      'AWS::S3::BucketPolicy': resourceType({
        properties: z.strictObject({ Bucket: z.string(), PolicyDocument: ignored }),
        provision: ({ properties: { Bucket } }) => ({ ref: Bucket }),
      }),
      'Custom::CDKBucketDeployment': bucketDeployment(fauxqs, assetPath),
      // Empties a bucket when the stack is deleted: here that is deleting the state folder.
      'Custom::S3AutoDeleteObjects': resourceType({
        properties: z.strictObject({ BucketName: z.string() }),
        provision: ({ properties: { BucketName } }) => ({ ref: BucketName }),
      }),
    },
    services: { s3: serve },
    getObject,
    buckets: bucketBrowser(fauxqs),
  }
}

const HOST = /^(?!s3\.localhost)(.+?)(?:\.s3)?(?:\.localhost|\.s3[.-][a-z\d.-]*amazonaws\.com)(?::\d+)?$/

/**
 * A bucket may be named in the path or, as SDKs prefer where the endpoint is called localhost, in the host.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
function inPathStyle(request: AwsRequest): AwsRequest {
  const bucket = HOST.exec(request.headers.host ?? '')?.[1]
  // Whatever else this machine is called is no bucket.
  const headers = { ...request.headers, host: 'localhost' }
  return bucket === undefined ? { ...request, headers } : { ...request, headers, url: `/${bucket}${request.url}` }
}

const xml = (body: string): AwsResponse => ({ status: 200, headers: { 'content-type': 'application/xml' }, body })
