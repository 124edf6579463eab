import { counted } from '../model/format.ts'
import { describeKey, type Table } from '../model/table.ts'
import { Facts } from '../parts/facts.tsx'
import { Items } from './items.tsx'

/** What a table is, and its items. */
export function TableView({ table }: { readonly table: Table }) {
  const { key, indexes, timeToLive, stream, itemCount } = table
  return (
    <>
      <Facts
        facts={[
          { term: 'Key', value: describeKey(key) },
          ...indexes.map((index) => ({ term: `Index ${index.name}`, value: describeKey(index.key) })),
          { term: 'Expires', value: timeToLive === undefined ? 'never' : `at ${timeToLive}, in epoch seconds` },
          { term: 'Stream', value: stream ?? 'none' },
          { term: 'Holds', value: counted(itemCount, 'item') },
        ]}
      />
      <Items table={table} />
    </>
  )
}
