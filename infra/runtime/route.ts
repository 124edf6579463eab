import { randomUUID } from 'node:crypto'
import type {
  APIGatewayProxyEventV2 as PublicRequest,
  APIGatewayProxyEventV2WithJWTAuthorizer as UserRequest,
} from 'aws-lambda'
import * as z from 'zod'
import { RequestHeaders, type RouteContract } from '../../schemas/route.ts'
import { type Answer, HttpError, invalid, problem, problemPage, redirect } from './answers.ts'
import { logger } from './logger.ts'

type Request = PublicRequest | UserRequest

/** What somebody who invokes the function by hand may leave out. */
const LEFT_OUT = { headers: {}, requestContext: { http: { sourceIp: '' } } }

const MAX_BODY_BYTES = 64 * 1024
const FORM = 'application/x-www-form-urlencoded'
const CorrelationId = RequestHeaders.shape['x-correlation-id'].unwrap()
const IdempotencyKey = RequestHeaders.pick({ 'Idempotency-Key': true })

/** What a route's function is given. Everything in it is validated. */
export interface RouteInput<Body, Query> {
  readonly body: Body
  readonly query: Query
  readonly path: Readonly<Record<string, string | undefined>>
  readonly idempotencyKey: string | undefined
  readonly correlationId: string
  /** What the token says on a protected route; empty on a public one. See `userOf`. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly authorization: string | undefined
  /** Where the request comes from, as far as we can tell; see `clientOf`. */
  readonly client: string
}

/**
 * Turns a function into the Lambda handler of an HTTP API route (payload format 2.0): parses and validates what came in,
 * keeps the correlation id, answers errors as problem+json, and a failing dependency as 503.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function route<Body extends z.ZodType, Query extends z.ZodType>(
  contract: RouteContract<Body, Query>,
  run: (input: RouteInput<z.output<Body>, z.output<Query>>) => Promise<Answer>,
) {
  return async (given: Request): Promise<Answer> => {
    const request = { ...LEFT_OUT, ...given }
    const correlationId = CorrelationId.safeParse(request.headers['x-correlation-id']).data ?? randomUUID()
    logger.setCorrelationId(correlationId)
    const answer = await answerTo(contract, run, request, correlationId).catch((error) =>
      failure(contract, request, error),
    )
    return {
      ...answer,
      headers: { ...deprecation(contract), ...answer.headers, 'x-correlation-id': correlationId },
    }
  }
}

async function answerTo<Body extends z.ZodType, Query extends z.ZodType>(
  contract: RouteContract<Body, Query>,
  run: (input: RouteInput<z.output<Body>, z.output<Query>>) => Promise<Answer>,
  request: Request,
  correlationId: string,
): Promise<Answer> {
  const takesBody = !(contract.body instanceof z.ZodUndefined)
  const takesQuery = !(contract.query instanceof z.ZodUndefined)
  const answer = await run({
    body: read(contract.body, takesBody ? readBody(contract, request) : undefined),
    query: read(contract.query, takesQuery ? (request.queryStringParameters ?? {}) : undefined),
    path: request.pathParameters ?? {},
    idempotencyKey: readIdempotencyKey(request),
    correlationId,
    claims: claimsIn(request),
    authorization: request.headers.authorization,
    client: clientOf(request),
  })
  // A browser that posted a plain form wants a page and not JSON.
  const thanks = contract.formThanksPage
  return thanks && isForm(request) && !prefersJson(request) ? redirect(303, thanks) : answer
}

/** The headers of an old name: https://www.rfc-editor.org/rfc/rfc9745, https://www.rfc-editor.org/rfc/rfc5829 */
const deprecation = ({ deprecated }: RouteContract): Record<string, string> =>
  deprecated
    ? {
        deprecation: `@${Date.parse(deprecated.since) / 1000}`,
        link: `<${encodeURI(deprecated.successor)}>; rel="successor-version"`,
      }
    : {}

/** Checked by the gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const claimsIn = ({ requestContext }: Request): Readonly<Record<string, unknown>> =>
  'authorizer' in requestContext ? requestContext.authorizer.jwt.claims : {}

/**
 * The gateway adds the address that it was called from to the list that came with the request, so behind CloudFront the
 * viewer's is the last but one. Somebody who calls the gateway itself can make that one up: good enough to count by, and
 * for nothing else. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
function clientOf({ headers, requestContext }: Request): string {
  const forwarded = (headers['x-forwarded-for'] ?? '').split(',').map((address) => address.trim())
  return forwarded.at(-2) || requestContext.http.sourceIp
}

const mediaType = (request: Request): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
const isForm = (request: Request): boolean => mediaType(request) === FORM
const accepts = (request: Request, type: string): boolean => (request.headers.accept ?? '').includes(type)
const prefersJson = (request: Request): boolean =>
  accepts(request, 'application/json') && !accepts(request, 'text/html')

/** Throws an `HttpError` that names what is wrong. Whatever breaks a schema later on is no mistake of the caller's. */
function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value)
  if (error) throw invalid(error)
  return data
}

const readIdempotencyKey = ({ headers }: Request): string | undefined =>
  read(IdempotencyKey, { 'Idempotency-Key': headers['idempotency-key'] })['Idempotency-Key']

function readBody(contract: RouteContract, request: Request): unknown {
  const bytes = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MAX_BODY_BYTES) throw new HttpError(413, `The body must be at most ${MAX_BODY_BYTES / 1024} KiB`)
  if (contract.formThanksPage && isForm(request)) return readForm(bytes.toString())
  if (mediaType(request) !== 'application/json') {
    const taken = contract.formThanksPage ? `application/json or ${FORM}` : 'application/json'
    throw new HttpError(415, `The content-type must be ${taken}`)
  }
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new HttpError(400, 'The body is not valid JSON')
  }
}

/** A field given twice is a list, which no field of ours takes: so it is an error and never silently halved. */
function readForm(text: string): Record<string, string | string[]> {
  const fields = Map.groupBy(new URLSearchParams(text), ([name]) => name)
  return Object.fromEntries(
    [...fields].map(([name, pairs]) => {
      const values = pairs.map(([, value]) => value)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

function failure(contract: RouteContract, request: Request, error: unknown): Answer {
  const expected = error instanceof HttpError ? error : undefined
  if (!expected)
    logger.error('failed', {
      error: error instanceof Error ? error : new Error(String(error)),
    })
  const answered = expected ?? new HttpError(503, 'Something this needs does not answer; please try again in a moment')
  // A form that a browser posted, or a link that leads to a page.
  const isForPeople = (contract.formThanksPage && isForm(request)) || 302 in contract.responses
  const isPerson = isForPeople && accepts(request, 'text/html')
  return isPerson ? problemPage(answered) : problem(answered)
}
