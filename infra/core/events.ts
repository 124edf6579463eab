import type { Stack } from 'aws-cdk-lib'
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events'
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas'
import { registrySchemaOf, schemaNameOf, versionedNameOf } from '../../schemas/event.ts'
import type { Deployment } from '../constructs/deployment.ts'
import { events } from '../contracts.ts'
import { ARCHIVE_DAYS } from '../names.ts'

/**
 * The bus, an archive of all that ever passes it, and a registry with the schema of every event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
 */
export function eventBus(stack: Stack, { names }: Deployment): void {
  const bus = new EventBus(stack, 'Bus', { eventBusName: names.bus })
  new CfnArchive(stack, 'Archive', {
    archiveName: names.archive,
    sourceArn: bus.eventBusArn,
    retentionDays: ARCHIVE_DAYS,
  })
  const registry = new CfnRegistry(stack, 'Registry', { registryName: names.registry })
  for (const event of events) {
    new CfnSchema(stack, versionedNameOf(event), {
      registryName: registry.attrRegistryName,
      schemaName: schemaNameOf(event),
      type: 'JSONSchemaDraft4',
      description: event.summary,
      content: JSON.stringify(registrySchemaOf(event)),
    })
  }
}
