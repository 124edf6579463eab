import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { AwsError, type AwsRequest, type AwsResponse, type Engine, type Service } from './engines/engine.ts'
import { readBody } from './engines/http-api/payload.ts'
import type { Guard } from './engines/iam.ts'
import { refusal } from './engines/refusal.ts'

const MIB = 1024 * 1024
/** An object may be put in one go. */
const MAX_BODY_MIB = (service: string | undefined): number => (service === 's3' ? 512 : 16)
const SCOPE = /Credential=(?<caller>[^/]+)\/\d{8}\/[^/]+\/(?<service>[^/]+)\/aws4_request/

/**
 * The AWS endpoint: one port for every service. A call is routed by the service in its SigV4 credential scope, which
 * every SDK and the AWS CLI send; signatures are not checked. A call without one goes to the engine that takes it.
 * `guard` tells of those who may not do what they ask for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createGateway(
  engines: readonly Engine[],
  warn: (message: string) => void,
  guard: Guard = () => undefined,
): RequestListener {
  const services = new Map<string, Service>(engines.flatMap(({ services = {} }) => Object.entries(services)))

  async function answer(request: IncomingMessage): Promise<AwsResponse> {
    const { caller = 'unknown', service } = scopeOf(request)
    const max = MAX_BODY_MIB(service)
    const body = await readBody(request, max * MIB)
    const refuse = (status: number, code: string, message: string) =>
      refusal(request, service, new AwsError(code, message, status))
    if (body === undefined)
      return refuse(413, 'RequestEntityTooLargeException', `The request is larger than ${max} MiB`)
    const { method = 'GET', url = '/', headers } = request
    const call: AwsRequest = { method, url, headers, body, caller }
    const refused = service === undefined ? undefined : guard(service, call)
    if (refused) return refusal(request, service, refused)
    const serve = service ? services.get(service) : takerOf(call)
    if (serve) return serve(call)
    if (service) return refuse(400, 'UnknownOperationException', `The service ${service} is not supported locally`)
    return refuse(
      403,
      'MissingAuthenticationTokenException',
      'This is a local AWS endpoint: call it with an AWS SDK or the AWS CLI, with any credentials',
    )
  }

  function takerOf(call: AwsRequest): Service | undefined {
    for (const { unsigned } of engines) {
      const serve = unsigned?.(call)
      if (serve) return serve
    }
    return undefined
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(request, response, await answer(request))
    } catch (error) {
      // The caller hung up: there is nobody to answer, and nothing to put right.
      if (request.destroyed && !request.complete) return
      warn(`The AWS endpoint failed: ${error instanceof Error ? error.stack : String(error)}`)
      const failure = new AwsError('InternalFailure', 'The local cloud failed to answer; its terminal says why', 500)
      send(request, response, refusal(request, scopeOf(request).service, failure))
    }
  }

  return (request, response) => void handle(request, response)
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: AwsResponse): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** What a link in one of SNS's mails does, without a signature. */
const LINKS_OF_SNS = new Set(['ConfirmSubscription', 'Unsubscribe'])

/**
 * A presigned URL carries its scope in the query, and that of boto3, signed the old way, only a key: it is S3's. So is a
 * presigned form, which no other service takes.
 */
function scopeOf({ headers, url = '' }: IncomingMessage): { caller?: string; service?: string } {
  if (headers['content-type']?.startsWith('multipart/form-data')) return { service: 's3' }
  const query = new URLSearchParams(/\?.*/s.exec(url)?.[0])
  const key = query.get('AWSAccessKeyId')
  if (key !== null && query.has('Signature')) return { caller: key, service: 's3' }
  if (headers.authorization === undefined && LINKS_OF_SNS.has(query.get('Action') ?? '')) return { service: 'sns' }
  const presigned = query.has('X-Amz-Credential') ? `Credential=${query.get('X-Amz-Credential')}` : ''
  return SCOPE.exec(headers.authorization ?? presigned)?.groups ?? {}
}
