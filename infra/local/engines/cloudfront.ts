import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { Mistake } from '../../mistake.ts'
import { beforeHead, refuse, replaceAnswer } from './cloudfront/answer.ts'
import {
  type CompiledBehavior,
  compileDistribution,
  type Distribution,
  DistributionConfig,
  type Target,
} from './cloudfront/distribution.ts'
import { answerWith, setHeaders, takeOver, toEventHeaders, toEventRequest } from './cloudfront/event.ts'
import { compileFunction, type EdgeFunction, type EventRequest, type FunctionEvent } from './cloudfront/function.ts'
import { serveObject } from './cloudfront/object.ts'
import {
  applyHeadersPolicy,
  compileHeadersPolicy,
  type HeadersPolicy,
  ResponseHeadersPolicyConfig,
} from './cloudfront/response-headers.ts'
import { type CloudContext, type Engine, type ResourceType, resourceType } from './engine.ts'
import { physicalId } from './physical-name.ts'
import type { S3, StoredObject } from './s3.ts'

export interface CloudFront extends Engine {
  /** Answers a request to the site as the edge would. Rejects only if an origin does. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

export interface Origins {
  readonly getObject: S3['getObject']
  /** Answers a request for a custom origin, an HTTP API, by its domain name. */
  readonly api: (request: IncomingMessage, response: ServerResponse, domain: string) => Promise<void>
}

type EventType = FunctionEvent['context']['eventType']

const ignored = z.unknown().optional()
const CANNOT_RUN = 'The CloudFront function associated with the CloudFront distribution is invalid or could not run.'

/**
 * One CloudFront distribution without its cache. The origin access may list its bucket: what is not there is a 404.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html
 */
export function createCloudFront(context: CloudContext, { getObject, api }: Origins): CloudFront {
  const functions = new Map<string, EdgeFunction>()
  const headersPolicies = new Map<string, HeadersPolicy>()
  const domainName = new URL(context.siteUrl).host
  let distribution: Distribution | undefined

  const resources = {
    'AWS::CloudFront::Distribution': resourceType({
      properties: z.strictObject({ DistributionConfig, Tags: ignored }),
      provision: (resource) => {
        const id = `E${physicalId(resource, 13).toUpperCase()}`
        if (distribution && distribution.id !== id) {
          throw new Mistake(`AWS::CloudFront::Distribution ${resource.logicalId}: only one is supported locally`)
        }
        distribution = compileDistribution(id, resource.properties.DistributionConfig, { functions, headersPolicies })
        return { ref: id, attributes: { Id: id, DomainName: domainName } }
      },
    }),
    'AWS::CloudFront::Function': resourceType({
      properties: z.strictObject({
        Name: z.string(),
        FunctionCode: z.string(),
        FunctionConfig: z.strictObject({ Runtime: z.literal('cloudfront-js-2.0'), Comment: ignored }),
        AutoPublish: ignored,
        FunctionMetadata: ignored,
        Tags: ignored,
      }),
      provision: ({ properties: { Name, FunctionCode } }) => {
        const arn = `arn:aws:cloudfront::${context.account}:function/${Name}`
        try {
          functions.set(arn, compileFunction(FunctionCode))
        } catch (error) {
          throw new Mistake(`AWS::CloudFront::Function ${Name} does not run locally: ${messageOf(error)}`)
        }
        return { ref: arn, attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' } }
      },
    }),
    'AWS::CloudFront::ResponseHeadersPolicy': resourceType({
      properties: z.strictObject({ ResponseHeadersPolicyConfig }),
      provision: (resource) => {
        const id = physicalId(resource, 32)
        headersPolicies.set(id, compileHeadersPolicy(resource.properties.ResponseHeadersPolicyConfig))
        return { ref: id, attributes: { Id: id } }
      },
    }),
    // Nothing is cached, origins get what the viewer sent, and buckets are read without a signature.
    'AWS::CloudFront::CachePolicy': accepted('CachePolicyConfig'),
    'AWS::CloudFront::OriginAccessControl': accepted('OriginAccessControlConfig'),
    'AWS::CloudFront::OriginRequestPolicy': accepted('OriginRequestPolicyConfig'),
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const edge = distribution
    if (!edge) return refuse(response, 404, 'This app has no CloudFront distribution.')
    const { path, query } = split(request.url ?? '')
    if (!path.startsWith('/')) return refuse(response, 400, 'The URL is malformed.')
    const behavior = edge.behaviorFor(new URL(`http://edge${path}`).pathname)
    // What is no percent-encoded text is no object's key; what an API makes of it is its own affair.
    if (behavior.origin.kind === 's3' && decoded(path) === undefined)
      return refuse(response, 400, 'The URL is malformed.')
    const eventOf = (eventType: EventType, sent: EventRequest): FunctionEvent => ({
      version: '1.0',
      context: {
        distributionDomainName: domainName,
        distributionId: edge.id,
        eventType,
        requestId: randomUUID(),
      },
      viewer: { ip: request.socket.remoteAddress ?? '' },
      request: sent,
    })

    let isFromFunction = false
    beforeHead(response, () => {
      if (!isFromFunction) showErrorPage(edge, response)
      if (behavior.headersPolicy) applyHeadersPolicy(behavior.headersPolicy, response)
      // Functions do not see errors, nor what functions answered.
      if (!behavior.viewerResponse || isFromFunction || response.statusCode >= 400) return
      const event = eventOf('viewer-response', toEventRequest(request, path, query))
      runViewerResponse(behavior.viewerResponse, event, response)
    })
    if (!behavior.allowedMethods.has(request.method ?? '')) {
      return refuse(response, 403, 'This distribution does not allow the HTTP method of this request.')
    }
    if (!behavior.viewerRequest) return fromOrigin(edge, behavior, path, query, request, response)

    let result: ReturnType<EdgeFunction['onRequest']>
    try {
      result = behavior.viewerRequest.onRequest(eventOf('viewer-request', toEventRequest(request, path, query)))
    } catch (error) {
      context.warn(`The viewer request function failed for ${path}: ${messageOf(error)}`)
      return refuse(response, 503, CANNOT_RUN)
    }
    if (!('statusCode' in result)) {
      return fromOrigin(edge, behavior, result.uri, takeOver(request, result), request, response)
    }
    isFromFunction = true
    answerWith(response, result)
  }

  /** CloudFront shows them in place of any origin's errors, an API's as well. */
  function showErrorPage(edge: Distribution, response: ServerResponse): void {
    const page = edge.errorPages.get(response.statusCode)
    const object = page && objectAt(edge, edge.behaviorFor(page.path).origin, page.path)
    if (page && object) replaceAnswer(response, page.status, object.contentType, object.body)
  }

  function runViewerResponse(run: EdgeFunction, event: FunctionEvent, response: ServerResponse): void {
    // Cookies stay as they are; a function may add some.
    const { 'set-cookie': _, ...headers } = response.getHeaders()
    const { statusCode } = response
    try {
      const answer = run.onResponse({
        ...event,
        response: { statusCode, headers: toEventHeaders(headers), cookies: {} },
      })
      for (const name of Object.keys(headers)) response.removeHeader(name)
      setHeaders(response, answer)
      response.statusCode = answer.statusCode
    } catch (error) {
      context.warn(`The viewer response function failed for ${event.request.uri}: ${messageOf(error)}`)
      replaceAnswer(response, 503, 'text/plain; charset=utf-8', Buffer.from(`${CANNOT_RUN}\n`))
    }
  }

  async function fromOrigin(
    edge: Distribution,
    { origin, compress }: CompiledBehavior,
    uri: string,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (origin.kind === 'api') {
      request.url = `${origin.path}${uri}${query === '' ? '' : `?${query}`}`
      return api(request, response, origin.domain)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return s3Error(response, 405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.')
    }
    const object = objectAt(edge, origin, uri)
    if (!object) return s3Error(response, 404, 'NoSuchKey', 'The specified key does not exist.')
    return serveObject(request, response, object, compress)
  }

  function objectAt({ defaultRootObject }: Distribution, origin: Target, uri: string): StoredObject | undefined {
    if (origin.kind !== 's3') return undefined
    const key = decoded(`${origin.path}${uri === '/' ? `/${defaultRootObject}` : uri}`)?.slice(1)
    return key ? getObject(origin.bucket, key) : undefined
  }

  return { resources, handle }
}

const accepted = (config: string): ResourceType =>
  resourceType({
    properties: z.strictObject({ [config]: ignored }),
    provision: (resource) => {
      const id = physicalId(resource, 32)
      return { ref: id, attributes: { Id: id } }
    },
  })

function split(url: string): { path: string; query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) }
}

/** `undefined` for what is not percent-encoded text. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

function s3Error(response: ServerResponse, status: number, code: string, message: string): void {
  const xml = '<?xml version="1.0" encoding="UTF-8"?>'
  const body = Buffer.from(`${xml}\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`)
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length })
  response.end(body)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
