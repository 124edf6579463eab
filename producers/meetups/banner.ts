import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { variable } from '../../infra/runtime/environment.ts'
import { BANNER_EXTENSIONS, UPLOAD_SECONDS, type Upload } from '../../schemas/meetups.ts'

// Otherwise the checksum of an empty body is made part of the URL.
const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' })

/**
 * The key of a meetup's banner, and a presigned request that puts it there: of this content type only and, if its size is
 * given (in bytes), of that size only. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function bannerUpload(
  meetupId: string,
  contentType: keyof typeof BANNER_EXTENSIONS,
  size: number | undefined,
): Promise<{ bannerKey: string; upload: Upload }> {
  const bannerKey = `banners/${meetupId}.${BANNER_EXTENSIONS[contentType]}`
  const put = new PutObjectCommand({
    Bucket: variable('BANNERS_BUCKET'),
    Key: bannerKey,
    ContentType: contentType,
    ...(size === undefined ? {} : { ContentLength: size }),
  })
  const url = await getSignedUrl(s3, put, {
    expiresIn: UPLOAD_SECONDS,
    // The content type is left out of a signature otherwise.
    signableHeaders: new Set(['host', 'content-type', 'content-length']),
  })
  return {
    bannerKey,
    upload: { url, method: 'PUT', headers: { 'content-type': contentType }, expiresIn: UPLOAD_SECONDS },
  }
}
