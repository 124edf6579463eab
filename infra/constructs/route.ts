import { Validations } from 'aws-cdk-lib'
import { HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Construct } from 'constructs'
import type { RouteFunction } from '../contracts.ts'
import type { Core } from './deployment.ts'
import { lambdaFunction } from './function.ts'
import { needsOf } from './needs.ts'

const TIMEOUT_SECONDS = 10

/** A route of the HTTP API with the function behind it, in whatever stack owns the function. */
export function httpRoute(scope: Construct, { route, entry }: RouteFunction, core: Core): void {
  const fn = lambdaFunction(scope, { name: entry.name, timeoutSeconds: TIMEOUT_SECONDS, needs: needsOf(route) }, core)
  const key = route.path === '$default' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(route.path, HttpMethod[route.method])
  const added = new HttpRoute(scope, `${route.name}Route`, {
    httpApi: core.api,
    routeKey: key,
    integration: new HttpLambdaIntegration('Integration', fn),
  })
  Validations.of(added).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: 'The contract declares this route public: it shows nothing that belongs to a person.',
  })
}
