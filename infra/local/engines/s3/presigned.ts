import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AwsError, type AwsRequest } from '../engine.ts'
import { decode, encode, queryOf } from './uri.ts'

interface Options {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The secret of an access key; `undefined` for one that nobody here has given out. */
  readonly secretOf: (accessKeyId: string) => string | undefined
}

const PARAMETERS = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map(
  (name) => `X-Amz-${name}`,
)
const WEEK_SECONDS = 604_800

/**
 * Refuses a presigned URL that has expired, or that is not as it was signed, in S3's words; any other request passes.
 * Any credentials will do here, so a signature can be checked only if it was made by somebody whose secret is known, as
 * the functions' are: what our own API signs cannot be changed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function checkPresigned(request: AwsRequest, { now, secretOf }: Options): void {
  const query = queryOf(request.url)
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) checkVersion4(request, query, now, secretOf)
  // The older kind says when it ends, in epoch seconds: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
  const isOlder = query.has('AWSAccessKeyId') && query.has('Signature')
  if (isOlder && !(now <= Number(query.get('Expires') ?? Number.NaN) * 1000)) throw expired()
}

function checkVersion4(request: AwsRequest, query: URLSearchParams, now: number, secretOf: Options['secretOf']): void {
  if (PARAMETERS.some((name) => !query.get(name)))
    throw malformed(`Query-string authentication version 4 requires the ${PARAMETERS.join(', ')} parameters.`)
  const seconds = Number(query.get('X-Amz-Expires'))
  if (!Number.isInteger(seconds) || seconds < 0) throw malformed('X-Amz-Expires should be a non-negative number')
  if (seconds > WEEK_SECONDS) throw malformed(`X-Amz-Expires must be less than a week (in seconds) ${WEEK_SECONDS}`)
  const [, ...time] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? []
  if (time.length === 0) throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  const [year = 0, month = 1, ...rest] = time.map(Number)
  if (now > Date.UTC(year, month - 1, ...rest) + seconds * 1000) throw expired()

  const signed = new Set((query.get('X-Amz-SignedHeaders') ?? '').split(';'))
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !signed.has(name))
  if (unsigned)
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403)
  const [accessKeyId = '', ...scope] = (query.get('X-Amz-Credential') ?? '').split('/')
  const secret = secretOf(accessKeyId)
  if (secret === undefined) return
  const expected = Buffer.from(signatureOf(request, query, scope, secret))
  const given = Buffer.from(query.get('X-Amz-Signature') ?? '')
  if (expected.length === given.length && timingSafeEqual(expected, given)) return
  throw new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(request: AwsRequest, query: URLSearchParams, scope: readonly string[], secret: string): string {
  const { method, url, headers } = request
  const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';')
  const canonical = [
    method,
    (url.split('?')[0] ?? '').split('/').map(decode).map(encode).join('/'),
    [...query]
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    names.join(';'),
    query.get('X-Amz-Content-Sha256') ?? headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
  const toSign = [
    query.get('X-Amz-Algorithm'),
    query.get('X-Amz-Date'),
    scope.join('/'),
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part).digest(), `AWS4${secret}`)
  return hmac(key, toSign).digest('hex')
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)

const expired = (): AwsError => new AwsError('AccessDenied', 'Request has expired', 403)
const malformed = (message: string): AwsError => new AwsError('AuthorizationQueryParametersError', message)
