import type { ReactNode } from 'react'
import type { Live } from '../live/use-live.ts'
import { Browser } from './browser.tsx'
import { Empty, Failed, Loading } from './states.tsx'

interface ResourcesProps<Resource> {
  /** What each is: `bucket`. The page lists `buckets` under that path. */
  readonly kind: string
  readonly live: Pick<Live<readonly Resource[]>, 'data' | 'failed' | 'retry'>
  /** Where they come from, for who has none. */
  readonly none: string
  /** The name of the chosen one. */
  readonly id: string | undefined
  /** At the end of a row. */
  readonly note: (resource: Resource) => ReactNode
  readonly detail: (resource: Resource) => ReactNode
}

/** A page that lists what there is of a kind of resource, by name, beside the chosen one. */
export function Resources<Resource extends { readonly name: string }>(props: ResourcesProps<Resource>) {
  const { kind, live, none, id, note, detail } = props
  const { data, failed, retry } = live
  const kinds = `${kind}s`
  if (!data) return failed ? <Failed what={kinds} retry={retry} /> : <Loading what={kinds} />
  if (data.length === 0)
    return (
      <Empty title={`No ${kinds}`}>
        <p>{none}</p>
      </Empty>
    )
  return (
    <Browser
      page={kinds}
      label={`${kinds.slice(0, 1).toUpperCase()}${kinds.slice(1)}`}
      rows={data.map((each) => ({ id: each.name, title: each.name, note: note(each) }))}
      id={id}
      titleOf={(name) => name}
      detail={(name) => {
        const found = data.find((each) => each.name === name)
        return found ? detail(found) : <Empty title={`There is no ${kind} ${name}`} />
      }}
    />
  )
}
