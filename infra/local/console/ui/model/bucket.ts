import * as z from 'zod/mini'

const Bucket = z.object({ name: z.string(), createdAt: z.number(), objectCount: z.number(), bytes: z.number() })
export type Bucket = z.infer<typeof Bucket>
export const Buckets = z.array(Bucket)

const StoredObject = z.object({
  key: z.string(),
  bytes: z.number(),
  contentType: z.string(),
  modifiedAt: z.number(),
  etag: z.string(),
})
export type StoredObject = z.infer<typeof StoredObject>
export const ObjectPage = z.object({ objects: z.array(StoredObject), next: z.optional(z.string()) })

/** Where the console's API has a bucket. */
export const pathOf = (bucket: string): string => `buckets/${encodeURIComponent(bucket)}`

/** Where an object's bytes are. Another ETag is another address, so that a replaced picture is not shown from memory. */
export const urlOf = (bucket: string, { key, etag }: Pick<StoredObject, 'key' | 'etag'>): string =>
  `/_console/api/${pathOf(bucket)}/object?${new URLSearchParams({ key, etag })}`

/** Can a browser show it as a picture? */
export const isPicture = ({ contentType }: Pick<StoredObject, 'contentType'>): boolean =>
  /^image\/(avif|gif|jpeg|png|webp)$/.test(contentType)
