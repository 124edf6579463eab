import type { RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import type { KeysOf } from '../../../infra/local/engines/http-api/authorizer.ts'
import { createHttpApis } from '../../../infra/local/engines/http-api/index.ts'
import { listen } from '../../../infra/local/listen.ts'
import { cloudContext, provision } from './cloud-context.ts'

type Functions = Readonly<Record<string, (event: unknown) => unknown>>
interface Settings {
  readonly cors?: object
  readonly stage?: object
  readonly now?: () => number
  readonly keysOf?: KeysOf
  /** What an authorizer of JWTs says of itself; and the routes it guards, each with its scopes. */
  readonly authorizer?: object
  readonly authorized?: Readonly<Record<string, readonly string[]>>
}

/**
 * An HTTP API with these routes, each with the function behind it, served on a port of its own until the test ends. A
 * function that throws is one that failed, or that the engine refused if it throws an `AwsError`.
 */
export async function startApi(
  routes: Functions,
  { cors, stage, now = Date.now, keysOf = () => undefined, ...guarded }: Settings = {},
) {
  const warnings: string[] = []
  const context = cloudContext(undefined, { now, warn: (message) => void warnings.push(message) })
  const apis = createHttpApis(
    context,
    async (key, payload) => {
      try {
        return { payload: JSON.stringify((await routes[key]?.(JSON.parse(payload))) ?? null), log: [] }
      } catch (error) {
        if (error instanceof AwsError) throw error
        return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: 'Unhandled', log: [] }
      }
    },
    keysOf,
  )
  const make = (type: string, properties: object, logicalId: string) => {
    const resource = apis.resources[type]
    if (!resource) throw new Error(`The engine has no ${type}`)
    return resource.provision({ stack: 'Test', logicalId, properties: { ...properties }, metadata: {} })
  }
  const { ref: ApiId, attributes } = await provision(apis, 'AWS::ApiGatewayV2::Api', {
    Name: 'api',
    ProtocolType: 'HTTP',
    ...(cors ? { CorsConfiguration: cors } : {}),
  })
  await make('AWS::ApiGatewayV2::Stage', { ApiId, StageName: '$default', AutoDeploy: true, ...stage }, 'Stage')
  const { authorizer, authorized = {} } = guarded
  const jwt = { ApiId, Name: 'jwt', AuthorizerType: 'JWT', ...authorizer }
  const AuthorizerId = authorizer && (await make('AWS::ApiGatewayV2::Authorizer', jwt, 'Authorizer')).ref
  for (const [index, RouteKey] of Object.keys(routes).entries()) {
    const integration = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: RouteKey, PayloadFormatVersion: '2.0' }
    const { ref } = await make('AWS::ApiGatewayV2::Integration', integration, `Integration${index}`)
    const AuthorizationScopes = authorized[RouteKey]
    const guard = AuthorizationScopes ? { AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes } : {}
    await make(
      'AWS::ApiGatewayV2::Route',
      { ApiId, RouteKey, Target: `integrations/${ref}`, ...guard },
      `Route${index}`,
    )
  }
  const { port, serve, close } = await listen(0, '--port')
  onTestFinished(close)
  const domain = String(attributes?.ApiEndpoint).replace('https://', '')
  const answer: RequestListener = (request, response) =>
    void apis.handle(request, response, domain).catch((error) => {
      warnings.push(`not handled: ${error}`)
      response.destroy()
    })
  serve(answer)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    ApiId,
    warnings,
    get: (path: string, init?: RequestInit) => fetch(url + path, { redirect: 'manual', ...init }),
  }
}
