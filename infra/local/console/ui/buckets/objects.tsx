import { Button } from '@mantine/core'
import { useState } from 'react'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { isPicture, ObjectPage, pathOf, type StoredObject, urlOf } from '../model/bucket.ts'
import { counted, formatBytes, formatFull } from '../model/format.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Facts } from '../parts/facts.tsx'
import itemStyles from '../parts/items.module.css'
import { Pages } from '../parts/pages.tsx'
import { Problem } from '../parts/problem.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import styles from './objects.module.css'

const OBJECTS = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => ObjectPage.parse(json) } as const

interface ObjectsProps {
  readonly bucket: string
  readonly prefix: string
  readonly onChanged: () => void
}

/** The objects of a bucket in pages. */
export function Objects({ bucket, prefix, onChanged }: ObjectsProps) {
  // Where the pages up to this one began.
  const [pages, setPages] = useState<readonly string[]>([])
  const parameters = new URLSearchParams({ prefix, after: pages.at(-1) ?? '' })
  const { data, failed, problem, retry } = useLive(`${pathOf(bucket)}/objects?${parameters}`, OBJECTS)
  if (failed && problem !== undefined) return <Problem text={problem} />
  if (!data) return failed ? <Failed what="objects" retry={retry} /> : <Loading what="objects" />
  const { objects, next } = data
  const isFirst = pages.length === 0
  const changed = () => {
    retry()
    onChanged()
  }
  return (
    <>
      <p className={itemStyles.count} aria-live="polite">
        {counted(objects.length, 'object')}
        {next !== undefined && ', and more'}
      </p>
      {objects.length === 0 ? (
        <Empty title={emptyTitle(prefix, isFirst)} />
      ) : (
        <ul className={itemStyles.list}>
          {objects.map((object) => (
            <Row key={object.key} bucket={bucket} object={object} onDeleted={changed} />
          ))}
        </ul>
      )}
      <Pages isFirst={isFirst} next={next} onFirst={() => setPages([])} onNext={(from) => setPages([...pages, from])} />
    </>
  )
}

function emptyTitle(prefix: string, isFirst: boolean): string {
  if (!isFirst) return 'There is no more'
  return prefix === '' ? 'The bucket is empty' : 'No key begins with this'
}

interface RowProps {
  readonly bucket: string
  readonly object: StoredObject
  readonly onDeleted: () => void
}

function Row({ bucket, object, onDeleted }: RowProps) {
  const [open, setOpen] = useState(false)
  const { key, bytes, contentType } = object
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <code>{key}</code>
          <span className={itemStyles.preview}>
            {formatBytes(bytes)}, {contentType}
          </span>
        </summary>
        {open && <Opened bucket={bucket} object={object} onDeleted={onDeleted} />}
      </details>
    </li>
  )
}

function Opened({ bucket, object, onDeleted }: RowProps) {
  const { run, busy, problem } = useAction()
  const { key, bytes, contentType, modifiedAt, etag } = object
  return (
    <div className={styles.object}>
      {isPicture(object) && bytes > 0 && <img className={styles.picture} src={urlOf(bucket, object)} alt={key} />}
      <Facts
        facts={[
          { term: 'Size', value: formatBytes(bytes) },
          { term: 'Type', value: contentType },
          { term: 'Modified', value: formatFull(modifiedAt) },
          { term: 'ETag', value: <code>{etag}</code> },
        ]}
      />
      <div className={styles.actions}>
        <Button component="a" href={urlOf(bucket, object)} download size="xs" variant="default">
          Download
        </Button>
        <Confirm
          label="Delete"
          question={`Delete ${key} for good?`}
          disabled={busy}
          onConfirm={() => run(() => post(`${pathOf(bucket)}/delete`, { key }).then(onDeleted))}
        />
      </div>
      <Problem text={problem} />
    </div>
  )
}
