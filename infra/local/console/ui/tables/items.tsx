import { Button, TextInput } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { counted } from '../model/format.ts'
import { type Item, ItemPage, keyOf, previewOf, type Table } from '../model/table.ts'
import styles from '../parts/items.module.css'
import { Json } from '../parts/json.tsx'
import { Pages } from '../parts/pages.tsx'
import { Problem } from '../parts/problem.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'

const ITEMS = { topics: ['events'], everyMs: 5000, parse: (json: unknown) => ItemPage.parse(json) } as const

/** A table's items in pages, or those of one key. */
export function Items({ table }: { readonly table: Table }) {
  const [key, setKey] = useState<readonly string[]>([])
  // Where the pages up to this one began.
  const [pages, setPages] = useState<readonly string[]>([])
  const [partition = '', sort = ''] = key
  const parameters = new URLSearchParams({
    ...(partition ? { key: partition } : {}),
    ...(sort ? { sort } : {}),
    ...(pages.length > 0 ? { after: pages.at(-1) ?? '' } : {}),
  })
  const path = `tables/${encodeURIComponent(table.name)}/items?${parameters}`
  const find = (values: readonly string[]) => {
    setKey(values)
    setPages([])
  }
  return (
    <section className={styles.items} aria-labelledby="items">
      <h2 id="items">Items</h2>
      <Find table={table} onFind={find} />
      <PageOf
        key={path}
        path={path}
        table={table}
        searched={partition !== ''}
        isFirst={pages.length === 0}
        onFirst={() => setPages([])}
        onNext={(next) => setPages([...pages, next])}
      />
    </section>
  )
}

interface FindProps {
  readonly table: Table
  readonly onFind: (key: readonly string[]) => void
}

function Find({ table, onFind }: FindProps) {
  const [values, setValues] = useState<readonly string[]>([])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onFind(values.map((value) => value.trim()))
  }
  const set = (index: number, value: string) =>
    setValues(table.key.map((_, place) => (place === index ? value : (values[place] ?? ''))))
  return (
    <form className={styles.find} onSubmit={submit}>
      {table.key.map(({ name }, index) => (
        <TextInput
          key={name}
          size="xs"
          label={name}
          value={values[index] ?? ''}
          placeholder={index > 0 ? 'any' : ''}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget }) => set(index, currentTarget.value)}
        />
      ))}
      <Button type="submit" size="xs" variant="default">
        Find
      </Button>
    </form>
  )
}

interface PageOfProps {
  readonly path: string
  readonly table: Table
  readonly searched: boolean
  readonly isFirst: boolean
  readonly onFirst: () => void
  readonly onNext: (next: string) => void
}

function PageOf({ path, table, searched, isFirst, onFirst, onNext }: PageOfProps) {
  const { data, failed, problem, retry } = useLive(path, ITEMS)
  if (failed && problem !== undefined) return <Problem text={problem} />
  if (!data) return failed ? <Failed what="items" retry={retry} /> : <Loading what="items" />
  const { items, next } = data
  return (
    <>
      <p className={styles.count} aria-live="polite">
        {counted(items.length, 'item')}
        {next !== undefined && ', and more'}
      </p>
      {items.length === 0 ? (
        <Empty title={searched ? 'Nothing has this key' : isFirst ? 'The table is empty' : 'There is no more'} />
      ) : (
        <ul className={styles.list}>
          {items.map((item) => (
            <Row key={keyOf(item, table)} item={item} table={table} />
          ))}
        </ul>
      )}
      <Pages isFirst={isFirst} next={next} onFirst={onFirst} onNext={onNext} />
    </>
  )
}

function Row({ item, table }: { readonly item: Item; readonly table: Table }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <code>{keyOf(item, table)}</code>
          <span className={styles.preview}>{previewOf(item, table)}</span>
        </summary>
        {open && <Json value={item} what="the item" />}
      </details>
    </li>
  )
}
