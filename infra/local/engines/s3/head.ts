import type { Fauxqs } from '../fauxqs.ts'

type Head = ReturnType<Fauxqs['s3Store']['headObject']>

/** What is known of an object without reading it; `undefined` if it or its bucket is not there, where fauxqs throws. */
export function head({ s3Store }: Fauxqs, bucket: string, key: string): Head | undefined {
  try {
    return s3Store.headObject(bucket, key)
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
    throw error
  }
}
