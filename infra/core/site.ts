import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, Fn, type Stack } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  AccessLevel,
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import * as z from 'zod'
import { mustBeBuilt } from '../bundles.ts'
import { accept } from '../constructs/accept.ts'
import type { Deployment } from '../constructs/deployment.ts'
import { removalPolicyOf } from '../constructs/removal.ts'
import type { Names } from '../names.ts'
import { isDisposable } from '../settings.ts'
import { bannersBehavior, bannersBucket, bannersUrl } from './banners.ts'
import { originAccess } from './origin-access.ts'
import { viewerRequestCode } from './viewer-request.ts'

/**
 * Only our own scripts, pages and API, and where pictures are uploaded to, which are shown before that. Styles may be
 * inline: the components of the pages set them.
 */
const contentSecurityPolicy = (uploads: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${uploads}`,
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join('; ')

/**
 * The site: a private bucket behind CloudFront, with the API under `/api/` and meetups' banners under `/banners/`, so that
 * all of it is one origin.
 * Answers its URL. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function site(stack: Stack, api: HttpApi, deployment: Deployment): string {
  const { names, settings, buildDir } = deployment
  const pages = mustBeBuilt(join(buildDir, 'site'), 'The site')
  const folders = [pages, mustBeBuilt(join(buildDir, 'docs'), 'The documentation')]
  const bucket = siteBucket(stack, settings.stage)
  const responseHeadersPolicy = securityHeaders(stack, names, contentSecurityPolicy(bannersUrl(stack, deployment)))
  const shared = { responseHeadersPolicy, viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS, compress: true }
  const distribution = new Distribution(stack, 'Site', {
    comment: names.prefix,
    httpVersion: HttpVersion.HTTP2_AND_3,
    defaultRootObject: 'index.html',
    priceClass: PriceClass.PRICE_CLASS_100,
    defaultBehavior: {
      ...shared,
      // With the right to list, S3 answers 404 for a file that is not there, else 403.
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
        originAccessControl: originAccess(stack, 'SiteAccess', names.global('site', stack.region)),
      }),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [
        { function: viewerRequest(stack, names, pages, folders), eventType: FunctionEventType.VIEWER_REQUEST },
      ],
    },
    additionalBehaviors: {
      '/api/*': {
        ...shared,
        origin: new HttpOrigin(`${api.apiId}.execute-api.${stack.region}.${stack.urlSuffix}`),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
      '/banners/*': bannersBehavior(stack, deployment),
    },
  })
  accept(distribution, 'For readers everywhere.', 'AwsSolutions-CFR1')
  accept(distribution, 'Files that anybody may read; the API behind it is throttled by itself.', 'AwsSolutions-CFR2')
  accept(distribution, 'Who reads which page is not to be known; the API logs its requests.', 'AwsSolutions-CFR3')
  accept(distribution, "CloudFront's own certificate sets its own lowest version of TLS.", 'AwsSolutions-CFR4')
  accept(
    distribution,
    "No request lists the bucket: every folder's URL is rewritten to its page, and no query reaches S3.",
    '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
  )
  accept(
    distribution,
    "The banners' bucket has a policy of its own, which lets the distribution read it.",
    '@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac',
  )
  deploy(stack, bucket, folders)
  const siteUrl = Fn.join('', ['https://', distribution.distributionDomainName])
  bannersBucket(stack, deployment, { distribution, siteUrl })
  return siteUrl
}

/** The CDK's `Bucket` fits its own `IBucket` at run time, but not under `exactOptionalPropertyTypes`. */
const AnyBucket = z.custom<IBucket>((value) => value instanceof Bucket)

function siteBucket(stack: Stack, stage: string): IBucket {
  const bucket = new Bucket(stack, 'SiteBucket', {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: removalPolicyOf(stage),
    autoDeleteObjects: isDisposable(stage),
  })
  accept(bucket, 'CloudFront alone reads it, and who reads which page is not to be known.', 'AwsSolutions-S1')
  return AnyBucket.parse(bucket)
}

function viewerRequest(stack: Stack, names: Names, site: string, folders: readonly string[]): EdgeFunction {
  const pages = folders.flatMap((cwd) => globSync('**/*.html', { cwd }).map((path) => `/${path}`)).toSorted()
  const notFound = readFileSync(join(site, '404.html'), 'utf8')
  return new EdgeFunction(stack, 'ViewerRequest', {
    functionName: names.global('viewer-request', stack.region),
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(viewerRequestCode({ pages, notFound })),
  })
}

const securityHeaders = (stack: Stack, names: Names, contentSecurityPolicy: string): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(stack, 'SecurityHeaders', {
    responseHeadersPolicyName: names.global('security-headers', stack.region),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
    },
  })

/** Files in `assets/` have a hash in their names and never change; pages are asked for again each time. */
function deploy(stack: Stack, destinationBucket: IBucket, folders: readonly string[]): void {
  const sources = folders.map((folder) => Source.asset(folder))
  const assets = new BucketDeployment(stack, 'DeployAssets', {
    sources,
    destinationBucket,
    exclude: ['*'],
    include: ['assets/*'],
    // Pages that are still open somewhere may yet ask for the older ones.
    prune: false,
    cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
  })
  const pages = new BucketDeployment(stack, 'DeployPages', {
    sources,
    destinationBucket,
    exclude: ['assets/*'],
    cacheControl: [CacheControl.fromString('public, max-age=0, must-revalidate')],
  })
  pages.node.addDependency(assets)
  accept(
    pages.handlerRole.node.scope ?? pages,
    "The CDK's own deployer: it copies whatever is in the asset to the site's bucket, when the stack is deployed.",
    'AwsSolutions-L1',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    ...['Abort*', 'DeleteObject*', 'GetBucket*', 'GetObject*', 'List*'].map(
      (actions) => `AwsSolutions-IAM5[Action::s3:${actions}]`,
    ),
    'AwsSolutions-IAM5[Resource::<SiteBucket397A1860.Arn>/*]',
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]',
  )
}
