import { AwsError } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'
import { head } from './head.ts'

/** A bucket as people look at it. */
interface BucketView {
  readonly name: string
  readonly createdAt: number
  readonly objectCount: number
  readonly bytes: number
}

interface ObjectView {
  readonly key: string
  readonly bytes: number
  readonly contentType: string
  readonly modifiedAt: number
  readonly etag: string
}

/** Looks at buckets and into them. Throws AwsError where there is no such bucket or object. */
export interface BucketBrowser {
  /** In the order of their names. */
  readonly list: () => readonly BucketView[]
  /** A page of what begins with `prefix`, in the order of the keys; `after` is where the page before ended. */
  readonly objects: (
    bucket: string,
    query: { readonly prefix: string; readonly after: string; readonly limit: number },
  ) => { readonly objects: readonly ObjectView[]; readonly next?: string }
  readonly object: (bucket: string, key: string) => ObjectView & { readonly body: Buffer }
  readonly delete: (bucket: string, key: string) => void
}

/** Reads what fauxqs holds in memory of the buckets; bodies are on disk. */
export function bucketBrowser(fauxqs: Fauxqs): BucketBrowser {
  const { s3Store } = fauxqs

  function all(bucket: string, prefix = ''): readonly Stored[] {
    if (!s3Store.hasBucket(bucket)) throw new AwsError('NoSuchBucket', `There is no bucket ${bucket}`, 404)
    return s3Store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY }).objects
  }
  function mustBeThere(bucket: string, key: string): void {
    if (!head(fauxqs, bucket, key)) throw new AwsError('NoSuchKey', `There is no ${key} in ${bucket}`, 404)
  }

  return {
    list: () =>
      s3Store.listBuckets().map(({ name, creationDate }) => {
        const objects = all(name)
        const bytes = objects.reduce((sum, { contentLength }) => sum + contentLength, 0)
        return { name, createdAt: creationDate.getTime(), objectCount: objects.length, bytes }
      }),
    objects(bucket, { prefix, after, limit }) {
      const found = all(bucket, prefix)
        .filter(({ key }) => key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
      const objects = found.slice(0, limit).map(viewOf)
      const last = objects.at(-1)
      return { objects, ...(found.length > limit && last ? { next: last.key } : {}) }
    },
    object(bucket, key) {
      mustBeThere(bucket, key)
      const found = s3Store.getObject(bucket, key)
      return { ...viewOf(found), body: found.body }
    },
    delete(bucket, key) {
      mustBeThere(bucket, key)
      s3Store.deleteObject(bucket, key)
    },
  }
}

type Stored = ReturnType<Fauxqs['s3Store']['headObject']>

const viewOf = ({ key, contentLength, contentType, lastModified, etag }: Stored): ObjectView => ({
  key,
  bytes: contentLength,
  contentType,
  modifiedAt: lastModified.getTime(),
  etag,
})
