import { DeleteObjectCommand, GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import * as z from 'zod'
import { logger } from '../../infra/runtime/logger.ts'
import { watch } from '../../infra/runtime/watch.ts'
import { BANNER_EXTENSIONS, MAX_BANNER_BYTES } from '../../schemas/meetups.ts'

const s3 = new S3Client({})

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const ObjectCreated = z.object({
  bucket: z.object({ name: z.string() }),
  object: z.object({ key: z.string(), size: z.int(), etag: z.string() }),
})

/** How the files of each type begin, in hexadecimal digits. */
const SIGNATURES = { 'image/jpeg': 'ffd8ff', 'image/png': '89504e470d0a1a0a' } as const
const LONGEST = Math.max(...Object.values(SIGNATURES).map(({ length }) => length / 2))

/**
 * No presigned PUT can say "at most", only how much exactly, and none looks at what it is given. So what came is looked
 * at here, and deleted unless it is a picture of its type and not too large; only exactly what came, by its ETag, because
 * another may have been put in its place, which is then an event of its own.
 */
export const handler = watch(ObjectCreated, async ({ bucket: { name: Bucket }, object: { key: Key, size, etag } }) => {
  const object = { Bucket, Key, IfMatch: `"${etag}"` }
  try {
    if (size <= MAX_BANNER_BYTES && size >= LONGEST && (await isPicture(object))) return
    await s3.send(new DeleteObjectCommand(object))
    logger.warn('deleted a banner that is too large or no picture of its type', { key: Key, size })
  } catch (error) {
    if (!isGone(error)) throw error
  }
})

async function isPicture(object: { readonly Bucket: string; readonly Key: string; readonly IfMatch: string }) {
  const type = (['image/jpeg', 'image/png'] as const).find((type) => object.Key.endsWith(`.${BANNER_EXTENSIONS[type]}`))
  const { Body } = await s3.send(new GetObjectCommand({ ...object, Range: `bytes=0-${LONGEST - 1}` }))
  const start = Buffer.from((await Body?.transformToByteArray()) ?? []).toString('hex')
  return type !== undefined && start.startsWith(SIGNATURES[type])
}

/** Deleted or replaced meanwhile. */
const isGone = (error: unknown): boolean =>
  error instanceof S3ServiceException && ['NoSuchKey', 'PreconditionFailed'].includes(error.name)
