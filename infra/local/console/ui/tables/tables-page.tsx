import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { Tables } from '../model/table.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { TableView } from './table-view.tsx'

const TABLES = { topics: ['events'], everyMs: 5000, parse: (json: unknown) => Tables.parse(json) } as const

/** The tables and what is in them. */
export function TablesPage({ id }: PageProps) {
  const { data, failed, retry } = useLive('tables', TABLES)
  if (!data) return failed ? <Failed what="tables" retry={retry} /> : <Loading what="tables" />
  if (data.length === 0)
    return (
      <Empty title="No tables">
        <p>Every table in the templates, or made at the AWS endpoint, shows up here.</p>
      </Empty>
    )
  return (
    <Browser
      page="tables"
      label="Tables"
      rows={data.map(({ name, itemCount }) => ({ id: name, title: name, note: formatCount(itemCount) }))}
      id={id}
      titleOf={(name) => name}
      detail={(name) => {
        const table = data.find((each) => each.name === name)
        return table ? <TableView table={table} /> : <Empty title={`There is no table ${name}`} />
      }}
    />
  )
}
