import { Duration, type Stack } from 'aws-cdk-lib'
import {
  AccessLevel,
  type BehaviorOptions,
  CachePolicy,
  type Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3'
import { accept } from '../constructs/accept.ts'
import type { Deployment } from '../constructs/deployment.ts'
import { removalPolicyOf } from '../constructs/removal.ts'
import { isDisposable } from '../settings.ts'
import { originAccess } from './origin-access.ts'

/** How long a browser and the edge show a banner without asking whether there is another one. */
const FRESH = Duration.minutes(1)

/** Where browsers put banners, for the site's content security policy. */
export const bannersUrl = (stack: Stack, { names }: Deployment): string =>
  `https://${names.banners(stack.account, stack.region)}.s3.${stack.region}.${stack.urlSuffix}/banners/`

/**
 * How the distribution serves `/banners/*`. It knows the bucket by its name only, because the bucket knows the site: pages
 * of the site may upload.
 */
export function bannersBehavior(stack: Stack, { names }: Deployment): BehaviorOptions {
  const bucket = Bucket.fromBucketAttributes(stack, 'Banners', {
    bucketName: names.banners(stack.account, stack.region),
    region: stack.region,
  })
  return {
    // With the right to list, S3 answers 404 for what is not there, else 403.
    origin: S3BucketOrigin.withOriginAccessControl(bucket, {
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      originAccessControl: originAccess(stack, 'BannersAccess', names.global('banners', stack.region)),
    }),
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: new CachePolicy(stack, 'BannersCache', {
      cachePolicyName: names.global('banners', stack.region),
      defaultTtl: FRESH,
      maxTtl: FRESH,
      minTtl: Duration.seconds(0),
    }),
    // Whatever somebody managed to upload, it is shown as a picture or not at all.
    responseHeadersPolicy: new ResponseHeadersPolicy(stack, 'BannersHeaders', {
      responseHeadersPolicyName: names.global('banners', stack.region),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [{ header: 'cache-control', value: `public, max-age=${FRESH.toSeconds()}`, override: true }],
      },
    }),
  }
}

/**
 * The private bucket of meetups' banners. Only the distribution reads it, and only who has a presigned URL writes to it,
 * from pages of the configured origins. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function bannersBucket(
  stack: Stack,
  { names, settings }: Deployment,
  { distribution, siteUrl }: { readonly distribution: Distribution; readonly siteUrl: string },
): void {
  const bucket = new Bucket(stack, 'BannersBucket', {
    bucketName: names.banners(stack.account, stack.region),
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: removalPolicyOf(settings.stage),
    autoDeleteObjects: isDisposable(settings.stage),
    cors: [
      {
        allowedMethods: [HttpMethods.PUT],
        allowedOrigins: [
          ...new Set(settings.allowedOrigins.includes('*') ? ['*'] : [siteUrl, ...settings.allowedOrigins]),
        ],
        allowedHeaders: ['content-type'],
        maxAge: Duration.hours(1).toSeconds(),
      },
    ],
  })
  // What is put into it is looked at. The CDK's own way to this setting is a custom resource with a function behind it.
  const { defaultChild } = bucket.node
  if (defaultChild instanceof CfnBucket)
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
  for (const [action, resource] of [
    ['s3:GetObject', bucket.arnForObjects('*')],
    ['s3:ListBucket', bucket.bucketArn],
  ] as const) {
    bucket.addToResourcePolicy(
      new PolicyStatement({
        actions: [action],
        resources: [resource],
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        conditions: { StringEquals: { 'AWS:SourceArn': distribution.distributionArn } },
      }),
    )
  }
  accept(bucket, 'CloudFront alone reads it, and who sees which picture is not to be known.', 'AwsSolutions-S1')
}
