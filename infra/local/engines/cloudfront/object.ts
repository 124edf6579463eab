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

/**
 * Answers GET or HEAD with an object: 304 if the browser has it already, a part of it if that is what it asks for, and
 * otherwise compressed where that pays and the browser takes it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
 */
export async function serveObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
  mayCompress: boolean,
): Promise<void> {
  const range = request.headers.range === undefined ? undefined : rangeIn(request.headers.range, object.body.length)
  const varies = mayCompress && isCompressible(object)
  const isGzip = varies && acceptsGzip(request) && range === undefined
  const etag = isGzip ? `W/${object.etag}` : object.etag
  const headers = {
    etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    ...(object.cacheControl ? { 'cache-control': object.cacheControl } : {}),
    ...(varies ? { vary: 'Accept-Encoding' } : {}),
  }
  if (isKnown(request, object)) {
    response.writeHead(304, headers)
    response.end()
    return
  }
  if (range) return servePart(request, response, { object, headers, range })
  const body = isGzip ? await compressed(object) : object.body
  response.writeHead(200, {
    ...headers,
    'content-type': object.contentType,
    'content-length': body.length,
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The first and the last byte; `empty` if there are no such bytes. */
type Range = readonly [first: number, last: number] | 'empty'

/** `undefined` for what is not one range, which is then answered with all there is: https://www.rfc-editor.org/rfc/rfc9110#name-range */
function rangeIn(header: string, length: number): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? []
  if (!first && !last) return undefined
  const from = first ? Number(first) : Math.max(0, length - Number(last))
  const to = first && last ? Math.min(Number(last), length - 1) : length - 1
  if (first && last && Number(last) < Number(first)) return undefined
  return from > to ? 'empty' : [from, to]
}

interface Part {
  readonly object: StoredObject
  readonly headers: Readonly<Record<string, string>>
  readonly range: Range
}

function servePart(request: IncomingMessage, response: ServerResponse, { object, headers, range }: Part): void {
  const { length } = object.body
  if (range === 'empty') {
    response.writeHead(416, { 'content-range': `bytes */${length}`, 'content-length': 0 }).end()
    return
  }
  const [first, last] = range
  response.writeHead(206, {
    ...headers,
    'content-type': object.contentType,
    'content-range': `bytes ${first}-${last}/${length}`,
    'content-length': last - first + 1,
  })
  response.end(request.method === 'HEAD' ? undefined : object.body.subarray(first, last + 1))
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

/** By its ETag, or else by its time, which is in whole seconds. */
function isKnown({ headers }: IncomingMessage, { etag, lastModified }: StoredObject): boolean {
  const known = headers['if-none-match']
  if (known === undefined)
    return Math.floor(lastModified.getTime() / 1000) * 1000 <= Date.parse(headers['if-modified-since'] ?? '')
  return known
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*')
}
