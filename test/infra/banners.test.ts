import { beforeAll, describe, expect, it } from 'vitest'
import { type StackTemplate, synthesize } from './synthesize.ts'

const BUCKET = 'ensemble-test-banners-<AWS::AccountId>-<AWS::Region>'
const ORIGINS = 'https://a.example.com,https://b.example.com'

let core: StackTemplate
let open: StackTemplate
beforeAll(async () => {
  ;[open, core] = [await coreOf(), await coreOf({ allowedOrigins: ORIGINS })]
})

async function coreOf(context: Readonly<Record<string, unknown>> = {}): Promise<StackTemplate> {
  const stack = (await synthesize(context)).get('ensemble-test')
  if (!stack) throw new Error('There is no core stack')
  return stack
}
const bucketOf = (stack: StackTemplate) =>
  stack.all('AWS::S3::Bucket').find(({ properties }) => properties.BucketName === BUCKET)

describe("the banners' bucket", () => {
  it('is private, encrypted, and read by the distribution alone', () => {
    const bucket = bucketOf(core)
    expect(bucket?.properties).toMatchObject({
      BucketEncryption: expect.anything(),
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
    const policies = core.all('AWS::S3::BucketPolicy').map(({ properties }) => properties)
    const policy = JSON.stringify(policies.find(({ Bucket }) => Bucket === `<${bucket?.id}>`))
    expect(policy).toContain('"aws:SecureTransport":"false"')
    expect(
      policy.match(/"Action":"s3:(GetObject|ListBucket)","Condition":[^}]*:distribution\/<Site\w+>/g),
    ).toHaveLength(2)
    expect(policy).not.toContain('"Effect":"Allow","Principal":{"AWS":"*"}')
  })

  it("is put to by pages of the site and of the configured origins, if not by everybody's", () => {
    const rule = { AllowedMethods: ['PUT'], AllowedHeaders: ['content-type'], MaxAge: 3600 }
    const cors = (origins: readonly unknown[]) => ({
      CorsConfiguration: { CorsRules: [{ ...rule, AllowedOrigins: origins }] },
    })
    expect(bucketOf(open)?.properties).toMatchObject(cors(['*']))
    const site = `https://<${core.one('AWS::CloudFront::Distribution').id}.DomainName>`
    expect(bucketOf(core)?.properties).toMatchObject(cors([site, ...ORIGINS.split(',')]))
  })
})

describe('the distribution', () => {
  it('shows banners as pictures or not at all, and a replaced one after a minute', () => {
    const policies = core.all('AWS::CloudFront::ResponseHeadersPolicy')
    const policy = policies.find(({ id }) => id.startsWith('Banners'))
    const cache = core.one('AWS::CloudFront::CachePolicy')
    expect(core.one('AWS::CloudFront::Distribution').properties).toMatchObject({
      DistributionConfig: {
        CacheBehaviors: expect.arrayContaining([
          expect.objectContaining({
            PathPattern: '/banners/*',
            CachePolicyId: `<${cache.id}>`,
            ResponseHeadersPolicyId: `<${policy?.id}>`,
            ViewerProtocolPolicy: 'redirect-to-https',
          }),
        ]),
        Origins: expect.arrayContaining([
          expect.objectContaining({
            DomainName: `${BUCKET}.s3.<AWS::Region>.<AWS::URLSuffix>`,
            OriginAccessControlId: expect.stringContaining('.Id>'),
          }),
        ]),
      },
    })
    expect(cache.properties).toMatchObject({ CachePolicyConfig: { DefaultTTL: 60, MaxTTL: 60 } })
    expect(policy?.properties).toMatchObject({
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; sandbox" },
          ContentTypeOptions: { Override: true },
        },
        CustomHeadersConfig: { Items: [{ Header: 'cache-control', Value: 'public, max-age=60' }] },
      },
    })
  })

  it('lets pages of the site upload banners and show them before that', () => {
    const policies = core
      .all('AWS::CloudFront::ResponseHeadersPolicy')
      .map(({ properties }) => JSON.stringify(properties))
    const uploads = `https://${BUCKET}.s3.<AWS::Region>.<AWS::URLSuffix>/banners/`
    expect(policies.join()).toContain(`img-src 'self' data: blob:; connect-src 'self' ${uploads};`)
  })
})
