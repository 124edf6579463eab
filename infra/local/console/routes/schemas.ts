import * as z from 'zod'
import { AwsError } from '../../engines/engine.ts'
import type { EventBridge, RecordedEvent } from '../../engines/eventbridge/index.ts'
import { parsed } from '../../engines/parsed.ts'
import type { Registry, Schema } from '../../engines/schemas/registry.ts'
import type { SchemaRegistry } from '../../engines/schemas.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { shortNames } from '../short-names.ts'

export interface SchemaDeps {
  readonly schemaRegistry: Pick<SchemaRegistry, 'registries'>
  readonly eventBridge: Pick<EventBridge, 'subscriptions' | 'recent'>
}

/** So many of a kind are looked through for one of the same source. */
const LOOKED_AT = 20

/** The schema registries: what each event says, in every version, who takes it, and the last one seen. */
export const schemaRoutes = ({ schemaRegistry: { registries }, eventBridge }: SchemaDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/schemas',
    answer: () =>
      [...registries.values()].map(({ name, schemas }) => ({
        name,
        schemas: [...schemas.values()]
          .map((schema) => ({ name: schema.name, description: schema.description, versions: schema.versions.length }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      })),
  },
  route({
    method: 'GET',
    path: '/schemas/{registry}/{schema}',
    request: z.object({ params: z.object({ registry: z.string(), schema: z.string() }) }),
    answer({ params }) {
      const { name, description, versions } = schemaIn(registries, params)
      const [source = '', event = ''] = name.split('@')
      const short = shortNames(eventBridge)
      return {
        name,
        description,
        versions: versions.map(({ content, ...version }) => ({ ...version, content: parsed(content) })),
        consumers: eventBridge.subscriptions.of(source, event).map(({ consumer, isEnabled }) => ({
          name: short(consumer),
          isEnabled,
        })),
        lastEvent: lastOf(eventBridge, source, event),
      }
    },
  }),
]

function schemaIn(
  registries: ReadonlyMap<string, Registry>,
  { registry, schema }: { readonly registry: string; readonly schema: string },
): Schema {
  const found = registries.get(registry)?.schemas.get(schema)
  if (!found) throw new AwsError('NotFoundException', `There is no schema ${schema} in the registry ${registry}`, 404)
  return found
}

function lastOf({ recent }: SchemaDeps['eventBridge'], source: string, name: string) {
  const found = recent({ name, limit: LOOKED_AT }).find((event: RecordedEvent) => event.source === source)
  return found && { id: found.id, time: found.time, detail: found.detail }
}
