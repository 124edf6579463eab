import { goInstead } from '../live/use-route.ts'
import type { Bucket } from '../model/bucket.ts'
import { counted, formatBytes, formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { Facts } from '../parts/facts.tsx'
import { FilterInput } from '../parts/filter-input.tsx'
import itemStyles from '../parts/items.module.css'
import { Objects } from './objects.tsx'

interface BucketViewProps {
  readonly bucket: Bucket
  /** What the keys of the objects begin with that are shown. */
  readonly prefix: string
  readonly onChanged: () => void
}

/** What a bucket is, and its objects. */
export function BucketView({ bucket: { name, createdAt, objectCount, bytes }, prefix, onChanged }: BucketViewProps) {
  return (
    <>
      <Facts
        facts={[
          { term: 'Created', value: formatFull(createdAt) },
          { term: 'Holds', value: `${counted(objectCount, 'object')}, ${formatBytes(bytes)}` },
        ]}
      />
      <section className={itemStyles.items} aria-labelledby="objects">
        <h2 id="objects">Objects</h2>
        <div className={itemStyles.find}>
          <FilterInput
            label="Key begins with"
            value={prefix}
            onChange={(text) => goInstead(linkTo('buckets', name, { prefix: text }))}
          />
        </div>
        <Objects key={prefix} bucket={name} prefix={prefix} onChanged={onChanged} />
      </section>
    </>
  )
}
