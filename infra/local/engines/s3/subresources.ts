import { AwsError } from '../engine.ts'

/**
 * Subresources of buckets and objects that the store does not have and would overlook: asked for a bucket's policy it
 * would list the bucket, and asked to set an object's tags it would replace the object.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
const MISSING: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'versions',
  'website',
])

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/**
 * What to answer to a request for a subresource: XML for the few that say the same of every bucket, `undefined` for what
 * the store does itself. Throws `NotImplemented`, which is S3's own word, for all others.
 */
export function subresource(method: string, query: URLSearchParams): string | undefined {
  if (method === 'GET' && query.has('location')) return `<LocationConstraint xmlns="${NAMESPACE}"/>`
  if (method === 'GET' && query.has('versioning')) return `<VersioningConfiguration xmlns="${NAMESPACE}"/>`
  // The AWS CLI asks before it copies a large object.
  if (method === 'GET' && query.has('tagging')) return `<Tagging xmlns="${NAMESPACE}"><TagSet/></Tagging>`
  const listsUploads = method === 'GET' && (query.has('uploads') || query.has('uploadId'))
  const name = [...query.keys()].find((key) => MISSING.has(key)) ?? (listsUploads ? 'uploads' : undefined)
  const changes = ['location', 'versioning'].find((key) => query.has(key))
  if (name === undefined && changes === undefined) return undefined
  throw new AwsError('NotImplemented', `${method} ?${name ?? changes} is not supported locally`, 501)
}
