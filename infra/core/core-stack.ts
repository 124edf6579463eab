import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { accept } from '../constructs/accept.ts'
import { CORE_OUTPUTS, type Deployment } from '../constructs/deployment.ts'
import { removalPolicyOf } from '../constructs/removal.ts'
import { httpRoutes } from '../constructs/route.ts'
import { table } from '../constructs/table.ts'
import { httpApi } from './api.ts'
import { dashboard } from './dashboard.ts'
import { eventBus } from './events.ts'
import { site } from './site.ts'

/**
 * The stack that all others stand on: bus, archive and schema registry, the idempotency table, the key of the links in
 * mails, the HTTP API with the producers' routes, the site, and the dashboard.
 */
export function coreStack(app: App, deployment: Deployment): Stack {
  const { names } = deployment
  const stack = new Stack(app, names.prefix, { description: 'Bus, archive, schemas, HTTP API and site.' })
  eventBus(stack, deployment)
  table(stack, 'idempotency', { key: 'id', ttl: 'expiration' }, deployment)
  linkKey(stack, deployment)
  const api = httpApi(stack, deployment)
  const siteUrl = site(stack, api, deployment)
  httpRoutes(stack, 'producers', { ...deployment, siteUrl, apiId: api.apiId })
  dashboard(stack, deployment)

  new CfnOutput(stack, CORE_OUTPUTS.siteUrl, { value: siteUrl })
  new CfnOutput(stack, CORE_OUTPUTS.apiId, { value: api.apiId })
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint })
  new CfnOutput(stack, 'BusName', { value: names.bus })
  return stack
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
