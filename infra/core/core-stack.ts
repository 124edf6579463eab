import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { accept } from '../constructs/accept.ts'
import { CORE_OUTPUTS, type Core, type Deployment } from '../constructs/deployment.ts'
import { removalPolicyOf } from '../constructs/removal.ts'
import { httpRoutes } from '../constructs/route.ts'
import { table } from '../constructs/table.ts'
import { httpApi } from './api.ts'
import { dashboard } from './dashboard.ts'
import { eventBus } from './events.ts'
import { site } from './site.ts'
import { authorizer, trigger, userPool } from './user-pool.ts'

/**
 * The stack that all others stand on: bus, archive and schema registry, the tables that everybody shares, the key of the
 * links in mails, the HTTP API with the producers' routes, the site, the user pool, and the dashboard.
 */
export function coreStack(app: App, deployment: Deployment): Stack {
  const { names } = deployment
  const stack = new Stack(app, names.prefix, { description: 'Bus, archive, schemas, HTTP API and site.' })
  eventBus(stack, deployment)
  table(stack, 'idempotency', { key: 'id', ttl: 'expiration' }, deployment)
  table(stack, 'rate-limits', { key: 'id', ttl: 'expiresAt' }, deployment)
  linkKey(stack, deployment)
  const api = httpApi(stack, deployment)
  const siteUrl = site(stack, api, deployment)
  const accounts = userPool(stack, deployment)
  const core = {
    ...deployment,
    siteUrl,
    apiId: api.apiId,
    userPoolId: accounts.pool.userPoolId,
    userPoolClientId: accounts.clientId,
    authorizerId: authorizer(stack, api, accounts),
  }
  httpRoutes(stack, 'producers', core)
  trigger(stack, accounts, core)
  dashboard(stack, deployment)

  output(stack, core)
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint })
  new CfnOutput(stack, 'BusName', { value: names.bus })
  return stack
}

function output(stack: Stack, core: Core): void {
  new CfnOutput(stack, CORE_OUTPUTS.siteUrl, { value: core.siteUrl })
  new CfnOutput(stack, CORE_OUTPUTS.apiId, { value: core.apiId })
  new CfnOutput(stack, CORE_OUTPUTS.userPoolId, { value: core.userPoolId })
  new CfnOutput(stack, CORE_OUTPUTS.userPoolClientId, { value: core.userPoolClientId })
  new CfnOutput(stack, CORE_OUTPUTS.authorizerId, { value: core.authorizerId })
}

function linkKey(stack: Stack, { names, settings }: Deployment): void {
  const secret = new Secret(stack, 'LinkKey', {
    secretName: names.linkKey,
    description: 'Signs the links in verification mails.',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: removalPolicyOf(settings.stage),
  })
  accept(secret, 'Rotating it would break every link that is on its way to somebody.', 'AwsSolutions-SMG4')
}
