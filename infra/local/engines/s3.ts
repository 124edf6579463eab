import * as z from 'zod'
import { type AwsRequest, type AwsResponse, type CloudContext, type Engine, resourceType } from './engine.ts'
import type { Fauxqs } from './fauxqs.ts'
import { physicalName } from './physical-name.ts'
import { bucketDeployment } from './s3/bucket-deployment.ts'
import { CorsRule, corsHeaders } from './s3/cors.ts'
import { head } from './s3/head.ts'
import { hasExpired } from './s3/presigned.ts'

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

  async function serve(request: AwsRequest): Promise<AwsResponse> {
    const bucket = /^\/([^/?]+)/.exec(request.url)?.[1] ?? ''
    const cors = corsHeaders(corsRules.get(bucket) ?? [], request.method, request.headers)
    if (request.method === 'OPTIONS') {
      if (cors) return { status: 200, headers: cors, body: '' }
      return denied('AccessForbidden', 'CORSResponse: This CORS request is not allowed.', {})
    }
    if (hasExpired(request.url, context.now())) return denied('AccessDenied', 'Request has expired', cors ?? {})
    const response = await fauxqs.inject(request)
    return { ...response, headers: { ...response.headers, ...cors } }
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

const denied = (code: string, message: string, headers: Readonly<Record<string, string>>): AwsResponse => ({
  status: 403,
  headers: { 'content-type': 'application/xml', ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
