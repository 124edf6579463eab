import { dirname } from 'node:path'
import type { Stack } from 'aws-cdk-lib'
import { HttpApi, HttpAuthorizer, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { accept } from './accept.ts'
import type { Core } from './deployment.ts'
import { lambdaFunction } from './function.ts'
import { needsOf } from './needs.ts'

const TIMEOUT_SECONDS = 10

/**
 * The routes of the HTTP API whose files are in a folder, each with the function behind it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function httpRoutes(stack: Stack, folder: string, core: Core): void {
  const routes = core.routes.filter(({ entry }) => dirname(entry.path) === folder)
  if (routes.length === 0) return
  const httpApi = HttpApi.fromHttpApiAttributes(stack, 'TheApi', { httpApiId: core.apiId })
  const users = HttpAuthorizer.fromHttpAuthorizerAttributes(stack, 'Users', {
    authorizerId: core.authorizerId,
    authorizerType: 'JWT',
  })
  for (const { route } of routes) {
    const { name, method, path, auth, emits, uses } = route
    const reservedConcurrency = uses?.reservedConcurrency && core.settings[uses.reservedConcurrency]
    const fn = lambdaFunction(
      stack,
      { name, timeoutSeconds: TIMEOUT_SECONDS, needs: needsOf(route), emits, reservedConcurrency },
      core,
    )
    const added = new HttpRoute(stack, `${name}Route`, {
      httpApi,
      routeKey: path === '$default' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, HttpMethod[method]),
      integration: new HttpLambdaIntegration('Integration', fn),
      ...(auth === 'token' ? { authorizer: users } : {}),
    })
    if (!auth) accept(added, 'The contract declares this route public.', 'AwsSolutions-APIG4')
  }
}
