import type { Stack } from 'aws-cdk-lib'
import { S3OriginAccessControl } from 'aws-cdk-lib/aws-cloudfront'

/**
 * How CloudFront signs what it asks of a bucket, by a name of ours: the CDK's own is the same in every Region.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export const originAccess = (stack: Stack, id: string, originAccessControlName: string) =>
  new S3OriginAccessControl(stack, id, { originAccessControlName })
