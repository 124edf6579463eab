import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { Tables } from '../model/table.ts'
import type { PageProps } from '../page.ts'
import { Resources } from '../parts/resources.tsx'
import { TableView } from './table-view.tsx'

const TABLES = { topics: ['events'], everyMs: 5000, parse: (json: unknown) => Tables.parse(json) } as const

/** The tables and what is in them. */
export const TablesPage = ({ id }: PageProps) => (
  <Resources
    kind="table"
    live={useLive('tables', TABLES)}
    none="Every table in the templates, or made at the AWS endpoint, shows up here."
    id={id}
    note={({ itemCount }) => formatCount(itemCount)}
    detail={(table) => <TableView table={table} />}
  />
)
