import { Duration, type Stack } from 'aws-cdk-lib'
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { CorsHttpMethod, HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Deployment } from '../constructs/deployment.ts'
import { removalPolicyOf } from '../constructs/removal.ts'

/** What a route logs of a request. No query and no address: a link's token and who clicked it are nobody's business. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTime(),
    route: AccessLogField.contextRouteKey(),
    status: AccessLogField.contextStatus(),
    ms: AccessLogField.contextResponseLatency(),
    error: AccessLogField.contextErrorMessage(),
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
  }),
)

/** The HTTP API without its routes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html */
export function httpApi(stack: Stack, { names, settings }: Deployment): HttpApi {
  const api = new HttpApi(stack, 'Api', {
    apiName: names.prefix,
    createDefaultStage: false,
    corsPreflight: corsFor(settings.allowedOrigins),
  })
  const logGroup = new LogGroup(stack, 'ApiLogs', {
    logGroupName: `/aws/apigateway/${names.prefix}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicyOf(settings.stage),
  })
  new HttpStage(stack, 'ApiStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 500, burstLimit: 1000 },
    accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: ACCESS_LOG },
  })
  return api
}

const corsFor = (origins: readonly string[]) => ({
  allowOrigins: [...origins],
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
  allowHeaders: ['content-type', 'authorization', 'idempotency-key', 'x-correlation-id'],
  exposeHeaders: ['x-correlation-id', 'location', 'retry-after'],
  maxAge: Duration.hours(1),
})
