import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import { resourceType } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { physicalId } from '../physical-name.ts'
import { contentTypeOf } from './content-types.ts'
import { head } from './head.ts'

const ignored = z.unknown().optional()
const flag = z.stringbool().or(z.boolean())

/** `*` is any text, slashes too; `?` one character. Sets of characters, which `aws s3 sync` also knows, are refused. */
const Patterns = z.array(z.string().regex(/^[^[\]]*$/, 'a pattern has no brackets')).default([])

/** How a value is written into a file: as it is, as the inside of a JSON string, or as JSON. */
const Encoding = z.enum(['LITERAL', 'UNQUOTED_JSON_VALUE', 'JSON_VALUE'])
const Markers = z.record(z.string(), z.string())
const MarkersConfig = z.strictObject({
  jsonEscape: flag.default(false),
  markerEncodings: z.record(z.string(), Encoding).default({}),
})
type MarkersConfig = z.output<typeof MarkersConfig>

const DeploymentProperties = z.strictObject({
  SourceBucketNames: ignored,
  SourceObjectKeys: z.array(z.string()),
  /** For each source, what stands in its files for values that are known only now. */
  SourceMarkers: z.array(Markers).default([]),
  SourceMarkersConfig: z.array(MarkersConfig).default([]),
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  DestinationBucketArn: z.string().default(''),
  Prune: flag.default(true),
  /** What is left alone, in the source and in the bucket, unless `Include` takes it back. */
  Exclude: Patterns,
  Include: Patterns,
  Extract: flag.pipe(z.literal(true)).optional(),
  SystemMetadata: z
    .strictObject({ 'content-type': z.string().optional(), 'cache-control': z.string().optional() })
    .default({}),
  UserMetadata: z.record(z.string(), z.string()).default({}),
  // Nothing is cached at an edge here, and nothing is deleted with the stack.
  DistributionId: ignored,
  DistributionPaths: ignored,
  WaitForDistributionInvalidation: ignored,
  RetainOnDelete: ignored,
  // About the upload itself, and what it answers.
  SignContent: ignored,
  OutputObjectKeys: ignored,
})

interface File {
  readonly key: string
  readonly body: Buffer
}

/**
 * CDK's `BucketDeployment`: puts the files of asset folders into a bucket and, with `Prune`, deletes what else is there.
 * Throws `Mistake` for an asset that is not there or is a file.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html
 */
export const bucketDeployment = (fauxqs: Fauxqs, assetPath: (objectKey: string) => string | undefined) =>
  resourceType({
    properties: DeploymentProperties,
    provision: (resource) => {
      const { properties } = resource
      const bucket = properties.DestinationBucketName
      const prefix = properties.DestinationBucketKeyPrefix.replace(/^\/+|\/+$/g, '').replace(/.$/, '$&/')
      const isMeant = filter(properties)
      const files = properties.SourceObjectKeys.flatMap((objectKey, index) => {
        const folder = assetPath(objectKey)
        if (!folder || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
          throw new Mistake(`The asset ${objectKey} of ${resource.logicalId} is no folder`)
        const markers = properties.SourceMarkers[index] ?? {}
        const config = properties.SourceMarkersConfig[index] ?? { jsonEscape: false, markerEncodings: {} }
        return filesIn(folder)
          .filter(isMeant)
          .map((path) => ({
            key: prefix + path,
            body: replaceMarkers(readFileSync(join(folder, path)), markers, config),
          }))
      })
      fauxqs.transaction(() => {
        for (const file of files) put(fauxqs, bucket, file, properties.SystemMetadata, properties.UserMetadata)
        const deployed = new Set(files.map(({ key }) => key))
        if (properties.Prune) {
          prune(fauxqs, bucket, prefix, (key) => isMeant(key.slice(prefix.length)) && !deployed.has(key))
        }
      })
      return {
        ref: `aws.cdk.s3deployment.${physicalId(resource, 32)}`,
        attributes: { DestinationBucketArn: properties.DestinationBucketArn },
      }
    },
  })

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))

/** https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters */
function filter({ Exclude, Include }: z.output<typeof DeploymentProperties>): (path: string) => boolean {
  const toTest = (pattern: string): RegExp => {
    const source = pattern
      .replace(/[\\^$.|+(){}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${source}$`, 's')
  }
  const [excluded, included] = [Exclude.map(toTest), Include.map(toTest)]
  return (path) => !excluded.some((test) => test.test(path)) || included.some((test) => test.test(path))
}

function replaceMarkers(body: Buffer, markers: z.output<typeof Markers>, config: MarkersConfig): Buffer {
  const entries = Object.entries(markers)
  if (entries.length === 0) return body
  // Byte for byte, since the folder may hold pictures too.
  const text = entries.reduce((text, [marker, value]) => {
    const encoding = config.markerEncodings[marker] ?? (config.jsonEscape ? 'UNQUOTED_JSON_VALUE' : 'LITERAL')
    return text.replaceAll(marker, () => Buffer.from(encode(value, encoding)).toString('latin1'))
  }, body.toString('latin1'))
  return Buffer.from(text, 'latin1')
}

function encode(value: string, encoding: z.output<typeof Encoding>): string {
  if (encoding === 'LITERAL') return value
  return encoding === 'JSON_VALUE' ? JSON.stringify(value) : JSON.stringify(value).slice(1, -1)
}

/** Writes only what is not there already, which at a restart is nothing. */
function put(
  fauxqs: Fauxqs,
  bucket: string,
  { key, body }: File,
  system: z.output<typeof DeploymentProperties>['SystemMetadata'],
  metadata: Record<string, string>,
): void {
  const contentType = system['content-type'] ?? contentTypeOf(key)
  const cacheControl = system['cache-control']
  const there = head(fauxqs, bucket, key)
  const isSame =
    there?.etag === `"${createHash('md5').update(body).digest('hex')}"` &&
    there.contentType === contentType &&
    there.cacheControl === cacheControl &&
    JSON.stringify(there.metadata) === JSON.stringify(metadata)
  if (isSame) return
  fauxqs.s3Store.putObject(bucket, key, body, contentType, metadata, cacheControl ? { cacheControl } : {})
}

function prune({ s3Store }: Fauxqs, bucket: string, prefix: string, isStale: (key: string) => boolean): void {
  const { objects } = s3Store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY })
  s3Store.deleteObjects(bucket, objects.map(({ key }) => key).filter(isStale))
}
