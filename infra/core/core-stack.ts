import { type App, CfnOutput, Stack, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Core, Deployment } from '../constructs/deployment.ts'
import { httpRoute } from '../constructs/route.ts'
import { table } from '../constructs/table.ts'
import { httpApi } from './api.ts'
import { dashboard } from './dashboard.ts'
import { eventBus } from './events.ts'
import { site } from './site.ts'

/**
 * The stack that all others stand on: bus, archive and schema registry, the idempotency table, the key of the links in
 * mails, the HTTP API with the producers' routes, the site, and the dashboard.
 */
export function coreStack(app: App, deployment: Deployment): { readonly stack: Stack; readonly core: Core } {
  const { names, routes } = deployment
  const stack = new Stack(app, names.prefix, { description: 'Bus, archive, schemas, HTTP API and site.' })
  eventBus(stack, deployment)
  table(stack, 'idempotency', { key: 'id', ttl: 'expiration' }, deployment)
  linkKey(stack, deployment)
  const api = httpApi(stack, deployment)
  const siteUrl = site(stack, api, deployment)
  const core = { ...deployment, api, siteUrl }
  for (const route of routes.filter(({ entry }) => entry.path.startsWith('producers/'))) httpRoute(stack, route, core)
  dashboard(stack, deployment)

  new CfnOutput(stack, 'SiteUrl', { value: siteUrl })
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint })
  new CfnOutput(stack, 'BusName', { value: names.bus })
  return { stack, core }
}

function linkKey(stack: Stack, { names }: Deployment): void {
  const secret = new Secret(stack, 'LinkKey', {
    secretName: names.linkKey,
    description: 'Signs the links in verification mails.',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  })
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Rotating it would break every link that is on its way; links expire, and the key never leaves AWS.',
  })
}
