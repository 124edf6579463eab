import type { IncomingMessage } from 'node:http'
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
}

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Structured = z.object({
  statusCode: z.coerce.number().int(),
  headers: z.record(z.string(), Scalar).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
})

/** What a function may answer: a response, or any JSON value, which is then the body of a 200. */
export const Answer = z.union([
  Structured,
  z.unknown().transform((value) => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  })),
])
export type Answer = z.output<typeof Structured>

/** The event that the function gets. Texts come as they are, everything else in base64. */
export function toPayload(sent: Request, { account, region, now }: CloudContext): object {
  const { request, path, query, body, pathParameters, routeKey, apiId, requestId } = sent
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
      time: new Date(time).toUTCString(),
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
  const values: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value
  }
  return values
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
