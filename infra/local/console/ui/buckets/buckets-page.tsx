import { useLive } from '../live/use-live.ts'
import { Buckets } from '../model/bucket.ts'
import { formatCount } from '../model/format.ts'
import type { PageProps } from '../page.ts'
import { Resources } from '../parts/resources.tsx'
import { BucketView } from './bucket-view.tsx'

const BUCKETS = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => Buckets.parse(json) } as const

/** The buckets and what is in them. */
export function BucketsPage({ id, query }: PageProps) {
  const live = useLive('buckets', BUCKETS)
  return (
    <Resources
      kind="bucket"
      live={live}
      none="Every bucket in the templates, or made at the AWS endpoint, shows up here."
      id={id}
      note={({ objectCount }) => formatCount(objectCount)}
      detail={(bucket) => <BucketView bucket={bucket} prefix={query.prefix ?? ''} onChanged={live.retry} />}
    />
  )
}
