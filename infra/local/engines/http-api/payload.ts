import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders, type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http'
import * as z from 'zod'
import type { CloudContext } from '../engine.ts'

export interface Request {
  readonly request: IncomingMessage
  readonly path: string
  readonly query: string
  readonly body: Buffer
  readonly pathParameters: Readonly<Record<string, string>>
  readonly routeKey: string
  readonly apiId: string
  readonly requestId: string
  /** What an authorizer found out about the caller. */
  readonly authorizer: object | undefined
}

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Status = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().min(200).max(599))
const Structured = z.object({
  statusCode: Status,
  headers: z.record(z.string(), Scalar).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
})
export type Answer = z.output<typeof Structured>

// How the answer travels is the gateway's affair.
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding'])

/**
 * What a function answers: a response, or any JSON value without a `statusCode`, which is then the body of a 200. Header
 * names in lower case. Throws if it is a response that cannot be sent.
 */
export function toAnswer(value: unknown): Answer {
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return jsonAnswer(200, typeof value === 'string' ? value : JSON.stringify(value))
  const answer = Structured.parse(value)
  for (const cookie of answer.cookies) validateHeaderValue('set-cookie', cookie)
  const headers = Object.entries(answer.headers).map(([name, text]) => {
    validateHeaderName(name)
    validateHeaderValue(name, text)
    return [name.toLowerCase(), text] as const
  })
  return { ...answer, headers: Object.fromEntries(headers.filter(([name]) => !OWN_HEADERS.has(name))) }
}

/** An answer that is the gateway's own; `body` is JSON text. */
export const jsonAnswer = (statusCode: number, body: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body,
  isBase64Encoded: false,
})

const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/

/**
 * What an answer gets that no function gave one (401, 413, a preflight): the correlation id that came with the request, or
 * a new one. On AWS these have API Gateway's own `apigw-requestid` instead: nothing can be added to what an HTTP API
 * answers itself. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function withCorrelationId(headers: Answer['headers'], { 'x-correlation-id': sent }: IncomingHttpHeaders) {
  if (headers['x-correlation-id'] !== undefined) return headers
  return { ...headers, 'x-correlation-id': CORRELATION_ID.test(String(sent ?? '')) ? String(sent) : randomUUID() }
}

/** The event that the function gets. Texts come as they are, everything else in base64. */
export function toPayload(sent: Request, { account, region, now }: CloudContext): object {
  const { request, path, query, body, pathParameters, routeKey, apiId, requestId, authorizer } = sent
  const { cookie, ...headers } = request.headers
  const domainName = `${apiId}.execute-api.${region}.amazonaws.com`
  const time = now()
  const isText = isTextual(headers['content-type'])
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie ? { cookies: cookie.split('; ') } : {}),
    headers: joined(headers),
    ...(query ? { queryStringParameters: parameters(query) } : {}),
    requestContext: {
      accountId: account,
      apiId,
      ...(authorizer ? { authorizer } : {}),
      domainName,
      domainPrefix: apiId,
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress?.replace('::ffff:', '') ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: logTime(time),
      timeEpoch: time,
    },
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

const isTextual = (contentType = ''): boolean =>
  /^(text\/|application\/(json|javascript|xml|.+\+json|.+\+xml))/i.test(contentType)

const joined = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

function parameters(query: string): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(values)
}

/** As in an access log: `21/Nov/2026:04:00:05 +0000`. */
function logTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ')
  return `${day}/${month}/${year}:${clock} +0000`
}

/** The request's body, or `undefined` if it is larger than `max` bytes. */
export async function readBody(request: IncomingMessage, max: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // The rest is read and dropped, so that the answer reaches a client that is still sending.
    if (size <= max) chunks.push(chunk)
  }
  return size > max ? undefined : Buffer.concat(chunks)
}
