import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import { AwsError, type CloudContext, type Engine, resourceType } from '../engine.ts'
import type { Lambda } from '../lambda/index.ts'
import { physicalId } from '../physical-name.ts'
import { type Authorizer, AuthorizerProperties, createAuthorizer, type KeysOf } from './authorizer.ts'
import { CorsConfiguration, corsHeaders, preflightHeaders, withoutCors } from './cors.ts'
import { type Answer, jsonAnswer, type Request, readBody, toAnswer, toPayload, withCorrelationId } from './payload.ts'
import { createRouter, type Route } from './routes.ts'
import { createThrottle } from './throttle.ts'

export interface HttpApis extends Engine {
  /** Every route, as `POST /api/register`, and the function behind it. */
  readonly routes: () => readonly { readonly key: string; readonly functionArn: string }[]
  /** Answers a request sent to an API's own domain (`<id>.execute-api.…`), as API Gateway would. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, apiDomain: string) => Promise<void>
}

interface Api {
  readonly cors: z.output<typeof CorsConfiguration> | undefined
  readonly routes: Map<string, Route>
  readonly integrations: Map<string, { readonly functionArn: string }>
  readonly authorizers: Map<string, Authorizer>
  find: ReturnType<typeof createRouter>
  throttle: () => boolean
}

const MAX_BODY_BYTES = 10 * 1024 * 1024
const ignored = z.unknown().optional()

/**
 * API Gateway HTTP APIs in front of functions, payload format 2.0. `keysOf` knows whose tokens are good.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createHttpApis(context: CloudContext, invoke: Lambda['invoke'], keysOf: KeysOf): HttpApis {
  const apis = new Map<string, Api>()
  const api = (id: string): Api => {
    const found = apis.get(id)
    if (!found) throw new Error(`There is no HTTP API ${id}`)
    return found
  }

  const resources = {
    'AWS::ApiGatewayV2::Api': resourceType({
      properties: z.strictObject({
        Name: z.string(),
        ProtocolType: z.literal('HTTP'),
        CorsConfiguration: CorsConfiguration.optional(),
        Description: ignored,
        DisableExecuteApiEndpoint: ignored,
        Tags: ignored,
      }),
      provision: ({ stack, logicalId, properties }) => {
        const id = physicalId({ stack, logicalId }, 10)
        apis.set(id, {
          cors: properties.CorsConfiguration,
          routes: new Map(),
          integrations: new Map(),
          authorizers: new Map(),
          find: createRouter([]),
          throttle: () => true,
        })
        return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${domainOf(id, context.region)}` } }
      },
    }),
    'AWS::ApiGatewayV2::Stage': resourceType({
      properties: z.strictObject({
        ApiId: z.string(),
        StageName: z.literal('$default'),
        AutoDeploy: ignored,
        DefaultRouteSettings: z
          .strictObject({
            ThrottlingBurstLimit: z.coerce.number().optional(),
            ThrottlingRateLimit: z.coerce.number().optional(),
            DetailedMetricsEnabled: ignored,
          })
          .default({}),
        // What the gateway itself logs is the function's log and the console's list of events here.
        AccessLogSettings: ignored,
        Tags: ignored,
      }),
      provision: ({ properties: { ApiId, StageName, DefaultRouteSettings: settings } }) => {
        const { ThrottlingBurstLimit: burst = 5000, ThrottlingRateLimit: rate = 10_000 } = settings
        api(ApiId).throttle = createThrottle(burst, rate, context.now)
        return { ref: StageName }
      },
    }),
    'AWS::ApiGatewayV2::Integration': resourceType({
      properties: z.strictObject({
        ApiId: z.string(),
        IntegrationType: z.literal('AWS_PROXY'),
        IntegrationUri: z.string(),
        PayloadFormatVersion: z.literal('2.0'),
        IntegrationMethod: ignored,
        TimeoutInMillis: ignored,
      }),
      provision: ({ logicalId, properties: { ApiId, IntegrationUri } }) => {
        api(ApiId).integrations.set(logicalId, { functionArn: IntegrationUri })
        return { ref: logicalId }
      },
    }),
    'AWS::ApiGatewayV2::Authorizer': resourceType({
      properties: AuthorizerProperties,
      provision: (resource) => {
        const id = physicalId(resource, 6)
        api(resource.properties.ApiId).authorizers.set(id, createAuthorizer(resource.properties, keysOf, context.now))
        return { ref: id, attributes: { AuthorizerId: id } }
      },
    }),
    'AWS::ApiGatewayV2::Route': resourceType({
      properties: z.strictObject({
        ApiId: z.string(),
        RouteKey: z.string(),
        Target: z.string().startsWith('integrations/'),
        AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
        AuthorizerId: z.string().optional(),
        AuthorizationScopes: z.array(z.string()).default([]),
      }),
      provision: ({ logicalId, properties }) => {
        const { ApiId, RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes: scopes } = properties
        const { routes, authorizers } = api(ApiId)
        const isProtected = AuthorizationType === 'JWT'
        if (isProtected && !authorizers.has(AuthorizerId ?? ''))
          throw new Mistake(`The route ${RouteKey} of type JWT names no authorizer of its API`)
        routes.set(RouteKey, {
          key: RouteKey,
          integration: Target.replace('integrations/', ''),
          ...(isProtected && AuthorizerId ? { authorization: { authorizerId: AuthorizerId, scopes } } : {}),
        })
        api(ApiId).find = createRouter([...routes.values()])
        return { ref: logicalId }
      },
    }),
  }

  async function answer(apiId: string, request: IncomingMessage): Promise<Answer> {
    const { cors, find, throttle, integrations, authorizers } = api(apiId)
    const [path = '/', query = ''] = splitUrl(request.url ?? '/')
    if (cors && request.method === 'OPTIONS' && request.headers.origin) {
      return { ...jsonAnswer(204, ''), headers: preflightHeaders(cors, request.headers) }
    }
    if (!throttle()) return message(429, 'Too Many Requests')
    const body = await readBody(request, MAX_BODY_BYTES)
    if (body === undefined) return message(413, 'Request Entity Too Large')
    const match = find(request.method ?? 'GET', path)
    const integration = match && integrations.get(match.route.integration)
    if (!match || !integration) return message(404, 'Not Found')
    const { route, pathParameters } = match
    const { authorizerId, scopes = [] } = route.authorization ?? {}
    const authorize = authorizerId === undefined ? undefined : authorizers.get(authorizerId)
    const authorization = await authorize?.(request.headers, query, scopes)
    if (authorization && 'refusal' in authorization) return authorization.refusal
    const sent: Request = {
      request,
      path,
      query,
      body,
      pathParameters,
      routeKey: route.key,
      apiId,
      requestId: randomUUID(),
      authorizer: authorization && { jwt: authorization },
    }
    const answer = await callFunction(integration.functionArn, toPayload(sent, context))
    return cors ? { ...answer, headers: withoutCors(answer.headers) } : answer
  }

  async function callFunction(functionArn: string, payload: object): Promise<Answer> {
    try {
      const { payload: result, functionError } = await invoke(functionArn, JSON.stringify(payload))
      if (functionError) return message(500, 'Internal Server Error')
      return toAnswer(JSON.parse(result))
    } catch (error) {
      // As Lambda itself says it: whoever called may come back.
      if (error instanceof AwsError && error.status === 429) return message(429, 'Too Many Requests')
      context.warn(`${functionArn} could not answer: ${error instanceof Error ? error.message : String(error)}`)
      return message(500, 'Internal Server Error')
    }
  }

  return {
    resources,
    routes: () =>
      [...apis.values()].flatMap(({ routes, integrations }) =>
        [...routes.values()].flatMap(({ key, integration }) => {
          const behind = integrations.get(integration)
          return behind ? [{ key, ...behind }] : []
        }),
      ),
    handle: async (request, response, apiDomain) => {
      const apiId = apiDomain.split('.')[0] ?? ''
      const { statusCode, headers, cookies, body, isBase64Encoded } = await answer(apiId, request)
      const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
      response.writeHead(statusCode, {
        ...withCorrelationId(headers, request.headers),
        ...corsHeaders(api(apiId).cors, request.headers),
        ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
        ...(statusCode === 204 ? {} : { 'content-length': bytes.length }),
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    },
  }
}

const domainOf = (id: string, region: string): string => `${id}.execute-api.${region}.amazonaws.com`

const message = (statusCode: number, text: string): Answer => jsonAnswer(statusCode, JSON.stringify({ message: text }))

function splitUrl(url: string): readonly string[] {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}
