import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { StoredObject } from '../s3.ts'

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const COMPRESSIBLE =
  /^(?:text\/|font\/(?:otf|ttf)|image\/svg\+xml|application\/(?:javascript|json|xml|wasm|yaml|.+\+(?:json|xml)))/
const COMPRESSED_SIZES = { from: 1_000, to: 10_000_000 }

const gzipped = new WeakMap<StoredObject, Promise<Buffer>>()
const compress = promisify(gzip)

/** Answers GET or HEAD with an object: compressed where that pays and the browser takes it, 304 if it has it already. */
export async function serveObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
  mayCompress: boolean,
): Promise<void> {
  const varies = mayCompress && isCompressible(object)
  const isGzip = varies && acceptsGzip(request)
  const etag = isGzip ? `W/${object.etag}` : object.etag
  const headers = {
    etag,
    ...(object.cacheControl ? { 'cache-control': object.cacheControl } : {}),
    ...(varies ? { vary: 'Accept-Encoding' } : {}),
  }
  if (isKnown(request, object.etag)) {
    response.writeHead(304, headers)
    response.end()
    return
  }
  const body = isGzip ? await compressed(object) : object.body
  response.writeHead(200, {
    ...headers,
    'content-type': object.contentType,
    'content-length': body.length,
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const isCompressible = ({ contentType, body }: StoredObject): boolean =>
  COMPRESSIBLE.test(contentType) && body.length >= COMPRESSED_SIZES.from && body.length <= COMPRESSED_SIZES.to

const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(String(headers['accept-encoding'] ?? ''))

/** Compressed once for as long as the object is in memory. */
function compressed(object: StoredObject): Promise<Buffer> {
  const known = gzipped.get(object) ?? compress(object.body)
  gzipped.set(object, known)
  return known
}

const isKnown = ({ headers }: IncomingMessage, etag: string): boolean =>
  (headers['if-none-match'] ?? '')
    .split(',')
    .map((known) => known.trim().replace(/^W\//, ''))
    .some((known) => known === etag || known === '*')
