import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { AwsRequest } from '../engine.ts'
import type { Fauxqs } from '../fauxqs.ts'

/** What S3 tells of an object on the account's default bus. */
export interface ObjectEvent {
  readonly source: 'aws.s3'
  readonly name: 'Object Created' | 'Object Deleted'
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

interface Options {
  /** Does this bucket send its events to EventBridge? */
  readonly isSender: (bucket: string) => boolean
  readonly announce: (event: ObjectEvent) => void
  readonly now: () => number
}

/**
 * Tells of each object that is put or deleted from now on, once it is on disk. Answers what runs an operation of the API,
 * so that its events name it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function tellOfObjects(
  { s3Store: { persistence } }: Fauxqs,
  { isSender, announce, now }: Options,
): <Result>(request: AwsRequest, work: () => Result) => Result {
  const operations = new AsyncLocalStorage<string>()
  let count = 0

  const tell = (name: ObjectEvent['name'], bucket: string, object: object, more: object) => {
    if (!isSender(bucket)) return
    const sequencer = (now() * 1000 + (count++ % 1000)).toString(16).toUpperCase().padStart(16, '0')
    announce({
      source: 'aws.s3',
      name,
      resources: [`arn:aws:s3:::${bucket}`],
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: { ...object, sequencer },
        'request-id': randomUUID().slice(0, 18).replaceAll('-', '').toUpperCase(),
        ...more,
      },
    })
  }
  const created = (bucket: string, { key, contentLength, etag }: Stored) =>
    tell(
      'Object Created',
      bucket,
      { key, size: contentLength, etag: etag.replaceAll('"', '') },
      { reason: operations.getStore() ?? 'PutObject' },
    )

  if (persistence) {
    const { upsertObject, completeMultipartUpload, deleteObject } = persistence
    persistence.upsertObject = (bucket, object) => {
      upsertObject.call(persistence, bucket, object)
      created(bucket, object)
    }
    persistence.completeMultipartUpload = (uploadId, bucket, object) => {
      completeMultipartUpload.call(persistence, uploadId, bucket, object)
      created(bucket, object)
    }
    persistence.deleteObject = (bucket, key) => {
      deleteObject.call(persistence, bucket, key)
      tell('Object Deleted', bucket, { key }, { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' })
    }
  }
  return (request, work) => operations.run(operationOf(request), work)
}

interface Stored {
  readonly key: string
  readonly contentLength: number
  /** With its quotation marks. */
  readonly etag: string
}

function operationOf({ method, url, headers }: AwsRequest): string {
  if (headers['x-amz-copy-source'] !== undefined) return 'CopyObject'
  if (method !== 'POST') return 'PutObject'
  return /[?&]uploadId=/.test(url) ? 'CompleteMultipartUpload' : 'POST Object'
}
