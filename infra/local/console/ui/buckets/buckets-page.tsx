import { useLive } from '../live/use-live.ts'
import { Buckets } from '../model/bucket.ts'
import { formatCount } from '../model/format.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { BucketView } from './bucket-view.tsx'

const BUCKETS = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => Buckets.parse(json) } as const

/** The buckets and what is in them. */
export function BucketsPage({ id, query }: PageProps) {
  const { data, failed, retry } = useLive('buckets', BUCKETS)
  if (!data) return failed ? <Failed what="buckets" retry={retry} /> : <Loading what="buckets" />
  if (data.length === 0)
    return (
      <Empty title="No buckets">
        <p>Every bucket in the templates, or made at the AWS endpoint, shows up here.</p>
      </Empty>
    )
  return (
    <Browser
      page="buckets"
      label="Buckets"
      rows={data.map(({ name, objectCount }) => ({ id: name, title: name, note: formatCount(objectCount) }))}
      id={id}
      titleOf={(name) => name}
      detail={(name) => {
        const bucket = data.find((each) => each.name === name)
        if (!bucket) return <Empty title={`There is no bucket ${name}`} />
        return <BucketView bucket={bucket} prefix={query.prefix ?? ''} onChanged={retry} />
      }}
    />
  )
}
