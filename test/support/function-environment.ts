import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer, Context, SQSEvent } from 'aws-lambda'
import type { EventContract } from '../../schemas/event.ts'
import { sourceOf } from '../../schemas/event.ts'

/** The variables that the infrastructure gives to functions. Set them before a handler is imported: it reads them then. */
export function setFunctionEnvironment(endpoint: string, variables: Readonly<Record<string, string>> = {}): void {
  Object.assign(process.env, {
    STAGE: 'test',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    // What fails here fails for good: the SDK's own retries would only be slow.
    AWS_MAX_ATTEMPTS: '1',
    ...variables,
  })
}

/** What Lambda passes beside the event. */
export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
  memoryLimitInMB: '128',
  awsRequestId: 'a9a1b5d0-6a4a-4c57-b3a9-3a2b4f0f5c11',
  logGroupName: '/aws/lambda/function',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
}

interface HttpCall {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
  /** Of a token that the gateway has checked. */
  readonly claims?: Readonly<Record<string, string>>
}

/** A request as an HTTP API hands it over. */
export function httpRequest(call: HttpCall): APIGatewayProxyEventV2WithJWTAuthorizer | APIGatewayProxyEventV2 {
  const {
    method = 'GET',
    path = '/',
    headers = {},
    query,
    pathParameters,
    body,
    isBase64Encoded = false,
    claims,
  } = call
  const authorizer = claims && { authorizer: { principalId: '', integrationLatency: 0, jwt: { claims, scopes: [] } } }
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    ...(pathParameters ? { pathParameters } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '21/Nov/2026:04:00:00 +0000',
      timeEpoch: 1_795_233_600_000,
      ...authorizer,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  }
}

/** A JSON body with its content type. */
export const jsonRequest = (body: unknown, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyEventV2 =>
  httpRequest({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** What a browser posts, as an HTTP API hands it over: in base64. */
export const formRequest = (body: string, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyEventV2 =>
  httpRequest({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*;q=0.8', ...headers },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  })

interface EnvelopeOptions {
  readonly eventId?: string
  readonly data?: unknown
  readonly replayName?: string
  readonly occurredAt?: string
}

/** An event as EventBridge puts it into a queue; its contract's example unless told otherwise. */
export function envelope(contract: EventContract, options: EnvelopeOptions = {}): object {
  const { eventId = crypto.randomUUID(), data = contract.example, replayName } = options
  const { occurredAt = '2027-01-15T08:00:00.000Z' } = options
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': contract.name,
    source: sourceOf(contract),
    account: '000000000000',
    time: '2027-01-15T08:00:00Z',
    region: 'us-east-1',
    resources: [],
    ...(replayName ? { 'replay-name': replayName } : {}),
    detail: { metadata: { eventId, correlationId: 'correlation', version: contract.version, occurredAt }, data },
  }
}

/** A batch of messages `m1`, `m2`, … with these bodies; objects become JSON. */
export const sqsBatch = (...bodies: readonly (object | string)[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index + 1}`,
    receiptHandle: `r${index + 1}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795233600000',
      SenderId: 'events.amazonaws.com',
      ApproximateFirstReceiveTimestamp: '1795233600000',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  })),
})
