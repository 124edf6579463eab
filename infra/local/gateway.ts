import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AwsRequest, AwsResponse, Engine, Service } from './engines/engine.ts'
import { readBody } from './engines/http-api/payload.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024
const SCOPE = /Credential=(?<caller>[^/]+)\/\d{8}\/[^/]+\/(?<service>[^/]+)\/aws4_request/

/**
 * The AWS endpoint: one port for every service. A call is routed by the service in its SigV4 credential scope, which
 * every SDK and the AWS CLI send; signatures are not checked.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createGateway(engines: readonly Engine[], warn: (message: string) => void): RequestListener {
  const services = new Map<string, Service>(engines.flatMap(({ services = {} }) => Object.entries(services)))

  async function answer(request: IncomingMessage): Promise<AwsResponse> {
    const body = await readBody(request, MAX_BODY_BYTES)
    if (body === undefined) return refusal(413, 'RequestEntityTooLargeException', 'The request is larger than 16 MiB')
    const { caller, service } = scopeOf(request)
    if (!service) {
      return refusal(
        403,
        'MissingAuthenticationTokenException',
        'This is a local AWS endpoint: call it with an AWS SDK or the AWS CLI, with any credentials',
      )
    }
    const serve = services.get(service)
    if (!serve) return refusal(400, 'UnknownOperationException', `The service ${service} is not supported locally`)
    const call: AwsRequest = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      body,
      caller: caller ?? 'unknown',
    }
    return serve(call)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(request, response, await answer(request))
    } catch (error) {
      // The caller hung up: there is nobody to answer, and nothing to put right.
      if (request.destroyed && !request.complete) return
      warn(`The AWS endpoint failed: ${error instanceof Error ? error.stack : String(error)}`)
      send(
        request,
        response,
        refusal(500, 'InternalFailure', 'The local cloud failed to answer; its terminal says why'),
      )
    }
  }

  return (request, response) => void handle(request, response)
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: AwsResponse): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** A presigned URL carries its scope in the query. */
function scopeOf({ headers, url = '' }: IncomingMessage): { caller?: string; service?: string } {
  const presigned = url.includes('X-Amz-Credential=')
    ? `Credential=${new URL(url, 'http://local').searchParams.get('X-Amz-Credential')}`
    : ''
  return SCOPE.exec(headers.authorization ?? presigned)?.groups ?? {}
}

const refusal = (status: number, code: string, message: string): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
  body: JSON.stringify({ __type: code, message }),
})
