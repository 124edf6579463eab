/**
 * Is this the query of a presigned URL whose time is over at `now` (milliseconds)? One with a malformed time is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and, for the older kind, which says when
 * it ends in epoch seconds, https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
export function hasExpired(query: URLSearchParams, now: number): boolean {
  if (query.has('X-Amz-Expires')) {
    const signedAt = (query.get('X-Amz-Date') ?? '').replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    )
    return !(now <= Date.parse(signedAt) + Number(query.get('X-Amz-Expires')) * 1000)
  }
  return query.has('AWSAccessKeyId') && !(now <= Number(query.get('Expires') ?? Number.NaN) * 1000)
}
