import { useLive } from '../live/use-live.ts'
import { partsOf, Registries } from '../model/schema.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { EventName } from '../parts/event-name.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { SchemaView } from './schema-view.tsx'

const REGISTRIES = { topics: [], parse: (json: unknown) => Registries.parse(json) } as const

/** The registries; a schema is chosen by `registry/schema`. */
export function SchemasPage({ id }: PageProps) {
  const { data, failed, retry } = useLive('schemas', REGISTRIES)
  if (!data) return failed ? <Failed what="schemas" retry={retry} /> : <Loading what="schemas" />
  const rows = data.flatMap((registry) =>
    registry.schemas.map(({ name, versions }) => {
      const { context, event } = partsOf(name)
      return {
        id: `${registry.name}/${name}`,
        title: <EventName name={event} />,
        group: context ? `${registry.name} · ${context}` : registry.name,
        ...(versions > 1 ? { note: `${versions} versions` } : {}),
      }
    }),
  )
  if (rows.length === 0)
    return (
      <Empty title="No schemas">
        <p>Every event that is declared in the templates has its schema here.</p>
      </Empty>
    )
  return (
    <Browser
      page="schemas"
      label="Schemas"
      rows={rows}
      id={id}
      titleOf={(chosen) => partsOf(schemaIn(chosen)).event}
      detail={(chosen) => <SchemaView registry={registryIn(chosen)} schema={schemaIn(chosen)} />}
    />
  )
}

const registryIn = (id: string): string => id.slice(0, id.indexOf('/'))
const schemaIn = (id: string): string => id.slice(id.indexOf('/') + 1)
