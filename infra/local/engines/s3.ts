import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type CloudContext, type Engine, resourceType } from './engine.ts'
import type { Fauxqs } from './fauxqs.ts'
import { physicalName } from './physical-name.ts'
import { restXmlError } from './refusal.ts'
import { bucketDeployment } from './s3/bucket-deployment.ts'
import { CorsRule, corsHeaders } from './s3/cors.ts'
import { head } from './s3/head.ts'
import { hasExpired } from './s3/presigned.ts'
import { subresource } from './s3/subresources.ts'

export interface StoredObject {
  readonly body: Buffer
  readonly contentType: string
  /** With its quotation marks. */
  readonly etag: string
  readonly cacheControl?: string
}

export interface S3 extends Engine {
  /** An object, from memory if it was asked for before and has not changed; `undefined` if there is none. */
  readonly getObject: (bucket: string, key: string) => StoredObject | undefined
}

/** Bytes of objects held in memory, beside their copy on disk. */
const MEMORY = 64 * 1024 * 1024
const ignored = z.unknown().optional()

/** S3, on fauxqs, with what browsers need of it: CORS, and presigned URLs that expire. */
export function createS3(
  context: CloudContext,
  fauxqs: Fauxqs,
  assetPath: (objectKey: string) => string | undefined,
): S3 {
  const { s3Store } = fauxqs
  const corsRules = new Map<string, readonly CorsRule[]>()
  const inMemory = new Map<string, StoredObject>()
  let bytesInMemory = 0

  function getObject(bucket: string, key: string): StoredObject | undefined {
    const found = head(fauxqs, bucket, key)
    if (!found) return undefined
    const name = `${bucket}/${key}`
    const { contentType, etag, cacheControl } = found
    const held = inMemory.get(name)
    if (held?.etag === etag && held.contentType === contentType && held.cacheControl === cacheControl) return held
    const { body } = s3Store.getObject(bucket, key)
    const object = { body, contentType, etag, ...(cacheControl ? { cacheControl } : {}) }
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
    const cors = corsHeaders(corsRules.get(bucket) ?? [], request.method, request.headers)
    if (request.method === 'OPTIONS') {
      if (cors) return { status: 200, headers: cors, body: '' }
      return denied('AccessForbidden', 'CORSResponse: This CORS request is not allowed.', {})
    }
    if (hasExpired(queryOf(request.url), context.now()))
      return denied('AccessDenied', 'Request has expired', cors ?? {})
    const response = await answer(request)
    return { ...response, headers: { ...response.headers, ...cors } }
  }

  async function answer(request: AwsRequest): Promise<AwsResponse> {
    try {
      const xml = subresource(request.method, queryOf(request.url))
      if (xml !== undefined) return { status: 200, headers: { 'content-type': 'application/xml' }, body: xml }
      const response = await fauxqs.injectObject(request)
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

  const bucket = resourceType({
    properties: z.strictObject({
      BucketName: z.string().optional(),
      CorsConfiguration: z.strictObject({ CorsRules: z.array(CorsRule) }).optional(),
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
      const { BucketName, CorsConfiguration } = resource.properties
      const name = BucketName ?? physicalName(resource, 63).toLowerCase()
      s3Store.createBucket(name)
      corsRules.set(name, CorsConfiguration?.CorsRules ?? [])
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
  }
}

const queryOf = (url: string): URLSearchParams => new URLSearchParams(/\?.*/s.exec(url)?.[0])

/**
 * A bucket may be named in the path or, as SDKs prefer where the endpoint is called localhost, in the host.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
function inPathStyle(request: AwsRequest): AwsRequest {
  const bucket = /^(.+)\.localhost(?::\d+)?$/.exec(request.headers.host ?? '')?.[1]
  // Whatever else this machine is called is no bucket.
  const headers = { ...request.headers, host: 'localhost' }
  return bucket === undefined ? { ...request, headers } : { ...request, headers, url: `/${bucket}${request.url}` }
}

function denied(code: string, message: string, headers: Readonly<Record<string, string>>): AwsResponse {
  const error = restXmlError(new AwsError(code, message, 403))
  return { ...error, headers: { ...error.headers, ...headers } }
}
