/**
 * Is this a presigned URL whose time is over at `now` (milliseconds)? One with a malformed time is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function hasExpired(url: string, now: number): boolean {
  if (!url.includes('X-Amz-Expires=')) return false
  const query = new URLSearchParams(url.slice(url.indexOf('?')))
  const signedAt = (query.get('X-Amz-Date') ?? '').replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  )
  return !(now <= Date.parse(signedAt) + Number(query.get('X-Amz-Expires')) * 1000)
}
