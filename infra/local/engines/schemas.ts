import * as z from 'zod'
import { AwsError, type CloudContext, type Engine, type ResourceType, resourceType } from './engine.ts'
import { physicalName } from './physical-name.ts'
import { schemaService } from './schemas/api.ts'
import { latest, type Registries, type Registry, registryNamed } from './schemas/registry.ts'
import { openSchemaVersions, SchemaType } from './schemas/versions.ts'

/** What no operation served here answers. */
const ignored = z.unknown().optional()

export interface SchemaRegistry extends Engine {
  /** By name. */
  readonly registries: ReadonlyMap<string, Registry>
}

/**
 * The EventBridge schema registry, filled from the templates: changed content makes a schema's next version, and versions
 * survive restarts.
 * https://docs.aws.amazon.com/eventbridge/latest/schema-reference/what-is-eventbridge-schemas.html
 */
export function createSchemaRegistry(context: CloudContext): SchemaRegistry {
  const registries: Registries = new Map()
  return {
    registries,
    resources: resourcesOf(context, registries),
    services: { schemas: schemaService(registries) },
  }
}

function resourcesOf({ account, region, database, now }: CloudContext, registries: Registries): Engine['resources'] {
  const versions = openSchemaVersions(database, now)
  const prefix = `arn:aws:schemas:${region}:${account}:`
  const types: Readonly<Record<string, ResourceType>> = {
    'AWS::EventSchemas::Registry': resourceType({
      properties: z.strictObject({
        RegistryName: z.string().min(1).max(64).optional(),
        Description: ignored,
        Tags: ignored,
      }),
      provision(resource) {
        const name = resource.properties.RegistryName ?? physicalName(resource, 64)
        const arn = `${prefix}registry/${name}`
        registries.set(name, { name, arn, schemas: new Map() })
        return { ref: arn, attributes: { RegistryArn: arn, RegistryName: name } }
      },
    }),

    'AWS::EventSchemas::Schema': resourceType({
      properties: z.strictObject({
        RegistryName: z.string(),
        SchemaName: z.string().min(1).max(385).optional(),
        Type: SchemaType,
        Content: z.string().min(1).max(100_000),
        Description: z.string().optional(),
        Tags: ignored,
      }),
      provision(resource) {
        const { RegistryName, SchemaName, Type, Content, Description } = resource.properties
        const registry = registryNamed(registries, RegistryName)
        const name = SchemaName ?? physicalName(resource, 385)
        const arn = `${prefix}schema/${RegistryName}/${name}`
        const schema = {
          name,
          arn,
          description: Description,
          versions: versions.keep(RegistryName, name, Type, readContent(name, Content)),
        }
        registry.schemas.set(name, schema)
        const { version, createdAt } = latest(schema)
        const created = new Date(createdAt).toISOString()
        return {
          ref: arn,
          attributes: {
            SchemaArn: arn,
            SchemaName: name,
            SchemaVersion: String(version),
            LastModified: created,
            VersionCreatedDate: created,
          },
        }
      },
    }),
  }
  return types
}

function readContent(schema: string, content: string): string {
  try {
    JSON.parse(content)
    return content
  } catch {
    throw new AwsError('BadRequestException', `The content of the schema ${schema} is not valid JSON.`)
  }
}
