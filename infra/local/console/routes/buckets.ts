import * as z from 'zod'
import type { S3 } from '../../engines/s3.ts'
import { FileAnswer } from '../answers.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface BucketDeps {
  readonly s3: Pick<S3, 'buckets'>
}

const OBJECTS = 50
/** As long as S3 takes one: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const Key = z.string().max(1024, 'must be at most 1024 characters')
const params = z.object({ name: z.string() })

/** The buckets and their objects, to look at, to download and to delete by hand. */
export const bucketRoutes = ({ s3: { buckets } }: BucketDeps): readonly ConsoleRoute[] => [
  { method: 'GET', path: '/buckets', answer: buckets.list },
  route({
    method: 'GET',
    path: '/buckets/{name}/objects',
    request: z.object({ params, query: z.object({ prefix: Key.default(''), after: Key.default('') }) }),
    answer: ({ params: { name }, query }) => buckets.objects(name, { ...query, limit: OBJECTS }),
  }),
  route({
    method: 'GET',
    path: '/buckets/{name}/object',
    request: z.object({ params, query: z.object({ key: Key }) }),
    answer: ({ params: { name }, query: { key } }) => {
      const { contentType, body } = buckets.object(name, key)
      return new FileAnswer(key.slice(key.lastIndexOf('/') + 1), contentType, body)
    },
  }),
  route({
    method: 'POST',
    path: '/buckets/{name}/delete',
    request: z.object({ params, body: z.object({ key: Key }) }),
    answer: ({ params: { name }, body: { key } }) => buckets.delete(name, key),
  }),
]
