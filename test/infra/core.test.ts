import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { functionEntries } from '../../infra/bundles.ts'
import { consumers, events, routes } from '../../infra/contracts.ts'
import { registrySchemaOf, schemaNameOf } from '../../schemas/event.ts'
import { type StackTemplate, synthesize } from './synthesize.ts'

let core: StackTemplate
beforeAll(async () => {
  core = stackIn(await synthesize())
})

function stackIn(stacks: ReadonlyMap<string, StackTemplate>, name = 'ensemble-test'): StackTemplate {
  const stack = stacks.get(name)
  if (!stack) throw new Error(`There is no stack ${name}, only ${[...stacks.keys()]}`)
  return stack
}

describe('events', () => {
  it('has a bus, and an archive of all that passes it', () => {
    const bus = core.one('AWS::Events::EventBus')
    expect(bus.properties).toEqual({ Name: 'ensemble-test' })
    expect(core.one('AWS::Events::Archive').properties).toEqual({
      ArchiveName: 'ensemble-test-archive',
      RetentionDays: 90,
      SourceArn: `<${bus.id}.Arn>`,
    })
  })

  it('registers the schema of every event', () => {
    expect(core.one('AWS::EventSchemas::Registry').properties).toEqual({ RegistryName: 'ensemble-test' })
    const registered = core.all('AWS::EventSchemas::Schema').map(({ properties }) => properties)
    expect(registered).toHaveLength(events.length)
    for (const event of events) {
      expect(registered).toContainEqual(
        expect.objectContaining({
          SchemaName: schemaNameOf(event),
          Type: 'JSONSchemaDraft4',
          Content: JSON.stringify(registrySchemaOf(event)),
        }),
      )
    }
  })
})

describe('data', () => {
  it('forgets which events were consumed after their time, and can be restored', () => {
    const tables = core.all('AWS::DynamoDB::GlobalTable').map(({ properties }) => properties)
    expect(tables.find(({ TableName }) => TableName === 'ensemble-test-idempotency')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    })
  })

  it('has a key for the links that nobody chose', () => {
    expect(core.one('AWS::SecretsManager::Secret').properties).toMatchObject({
      Name: 'ensemble-test-link-key',
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    })
  })

  it.each([
    ['test', 'Delete'],
    // What a first deployment that fails has made is not in the way of the second.
    ['prod', 'RetainExceptOnCreate'],
  ])('of stage %s is on %s when the stack goes', async (stage, policy) => {
    const stack = stackIn(await synthesize({ stage }), `ensemble-${stage}`)
    const keepers = [
      'AWS::DynamoDB::GlobalTable',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
      'AWS::Logs::LogGroup',
    ]
    const ours = stack.resources.filter(({ id, type }) => keepers.includes(type) && !id.startsWith('CustomCDK'))
    expect(new Set(ours.map(({ type }) => type)).size).toBe(keepers.length)
    expect(new Set(ours.map(({ deletionPolicy }) => deletionPolicy))).toEqual(new Set([policy]))
  })
})

describe('API', () => {
  it('has every producer as a route with its function', () => {
    const keys = core.all('AWS::ApiGatewayV2::Route').map(({ properties }) => properties.RouteKey)
    expect(keys).toEqual(
      expect.arrayContaining(['$default', 'GET /api/confirm', 'GET /api/health', 'POST /api/register']),
    )
    const produced = functionEntries().filter(({ path }) => path.startsWith('producers/'))
    expect(keys.toSorted()).toEqual(
      routes
        .filter(({ name }) => produced.some((entry) => entry.name === name))
        .map(({ method, path }) => (path.startsWith('/') ? `${method} ${path}` : path))
        .toSorted(),
    )
    const functions = core.all('AWS::Lambda::Function').map(({ properties }) => properties.FunctionName)
    expect(functions).toEqual(expect.arrayContaining(produced.map(({ name }) => `ensemble-test-${name}`)))
  })

  it('is throttled, and logs no query and no address', () => {
    const { properties } = core.one('AWS::ApiGatewayV2::Stage')
    expect(properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    })
    const format = JSON.stringify(properties.AccessLogSettings)
    expect(format).toContain('$context.requestId')
    expect(format).not.toMatch(/sourceIp|queryString|\$context\.path|userAgent/)
  })

  it('is open to every origin, unless told otherwise', async () => {
    expect(core.one('AWS::ApiGatewayV2::Api').properties).toMatchObject({ CorsConfiguration: { AllowOrigins: ['*'] } })
    const open = stackIn(await synthesize({ allowedOrigins: 'https://a.example.com, http://localhost:5173' }))
    expect(open.one('AWS::ApiGatewayV2::Api').properties.CorsConfiguration).toEqual({
      AllowOrigins: ['https://a.example.com', 'http://localhost:5173'],
      AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      AllowHeaders: ['content-type', 'authorization', 'idempotency-key', 'x-correlation-id'],
      ExposeHeaders: ['x-correlation-id', 'location', 'retry-after'],
      MaxAge: 3600,
    })
  })
})

describe('accounts', () => {
  it('are opened by whoever proves an e-mail address, with a password of some length and variety', () => {
    expect(core.one('AWS::Cognito::UserPool').properties).toMatchObject({
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireUppercase: true,
          RequireSymbols: false,
        },
      },
      EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', From: 'no-reply@example.com' },
      LambdaConfig: { PostConfirmation: expect.stringMatching(/^<postconfirmationFunction[0-9A-F]{8}\.Arn>$/) },
    })
  })

  it('have a client without a secret, which tells nobody who has one', () => {
    const client = core.one('AWS::Cognito::UserPoolClient').properties
    expect(client).toMatchObject({ GenerateSecret: false, PreventUserExistenceErrors: 'ENABLED' })
  })

  it('are what protected routes want a token of, and no other route', async () => {
    const { id, properties } = core.one('AWS::ApiGatewayV2::Authorizer')
    expect(properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: {
        Audience: [`<${core.one('AWS::Cognito::UserPoolClient').id}>`],
        Issuer: `https://<${core.one('AWS::Cognito::UserPool').id}.ProviderURL>`.replace('https://', ''),
      },
    })
    const stacks = await synthesize()
    const guarded = [...stacks.values()]
      .flatMap((stack) => stack.all('AWS::ApiGatewayV2::Route'))
      .filter((route) => route.properties.AuthorizationType === 'JWT')
    expect(guarded.map((route) => route.properties.RouteKey).toSorted()).toEqual(
      routes
        .filter(({ auth }) => auth === 'token')
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    )
    const authorizers = new Set(guarded.map((route) => route.properties.AuthorizerId))
    expect(authorizers).toEqual(new Set([`<${id}>`, '<ensemble-test:AuthorizerId>']))
  })
})

/** The one of a type whose logical id begins so. */
function named(type: string, start: string) {
  const [found, ...others] = core.all(type).filter(({ id }) => id.startsWith(start))
  if (!found || others.length > 0) throw new Error(`There are ${core.all(type).map(({ id }) => id)}`)
  return found
}

describe('site', () => {
  const config = () => core.one('AWS::CloudFront::Distribution').properties.DistributionConfig

  it('is in a bucket that only CloudFront reads', () => {
    const bucket = named('AWS::S3::Bucket', 'Site')
    expect(bucket.properties).not.toHaveProperty('WebsiteConfiguration')
    expect(config()).toMatchObject({
      Origins: expect.arrayContaining([
        expect.objectContaining({
          DomainName: `<${bucket.id}.RegionalDomainName>`,
          OriginAccessControlId: expect.stringContaining('.Id>'),
        }),
        expect.objectContaining({ DomainName: expect.stringContaining('.execute-api.') }),
      ]),
    })
    const policy = JSON.stringify(named('AWS::S3::BucketPolicy', 'Site').properties)
    expect(policy).toContain('"aws:SecureTransport":"false"')
    expect(policy).toContain(`:distribution/<${core.one('AWS::CloudFront::Distribution').id}>`)
    expect(policy).not.toContain('"Effect":"Allow","Principal":{"AWS":"*"}')
  })

  it('gets its pages and its documentation together', () => {
    const deployed = core.all('Custom::CDKBucketDeployment').map(({ properties }) => properties)
    expect(deployed).toHaveLength(2)
    for (const { SourceObjectKeys } of deployed)
      expect(new Set(z.array(z.string()).parse(SourceObjectKeys)).size).toBe(2)
  })

  it('has the API at /api/, uncached, with every method, and leaves its errors alone', () => {
    expect(config()).toMatchObject({
      CacheBehaviors: [
        {
          PathPattern: '/api/*',
          AllowedMethods: expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
          // AWS's managed policies CachingDisabled and AllViewerExceptHostHeader.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          ViewerProtocolPolicy: 'redirect-to-https',
        },
        { PathPattern: '/banners/*' },
      ],
    })
    expect(config()).not.toHaveProperty('CustomErrorResponses')
  })

  it('sends the security headers with pages and answers alike', () => {
    const policy = named('AWS::CloudFront::ResponseHeadersPolicy', 'Security')
    const given = { ResponseHeadersPolicyId: `<${policy.id}>` }
    expect(config()).toMatchObject({ DefaultCacheBehavior: given, CacheBehaviors: [given, {}] })
    expect(policy.properties).toMatchObject({
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: {
            ContentSecurityPolicy: expect.stringMatching(
              /default-src 'self'; script-src 'self';.*frame-ancestors 'none'/,
            ),
          },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY' },
          ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin' },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000 },
        },
      },
    })
    expect(JSON.stringify(policy.properties)).not.toMatch(/script-src[^;]*unsafe/)
  })

  it('runs our function for pages and for nothing else', () => {
    const edge = core.one('AWS::CloudFront::Function')
    const without = expect.not.objectContaining({ FunctionAssociations: expect.anything() })
    expect(edge.properties).toMatchObject({ FunctionConfig: { Runtime: 'cloudfront-js-2.0' } })
    expect(config()).toMatchObject({
      DefaultCacheBehavior: {
        FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: `<${edge.id}.FunctionARN>` }],
      },
      CacheBehaviors: [without, without],
    })
  })
})

it('tells where it is', () => {
  expect(core.outputs).toEqual({
    SiteUrl: expect.stringMatching(/^https:\/\/<.*\.DomainName>$/),
    ApiUrl: expect.stringContaining('.ApiEndpoint>'),
    ApiId: `<${core.one('AWS::ApiGatewayV2::Api').id}>`,
    BusName: 'ensemble-test',
    UserPoolId: `<${core.one('AWS::Cognito::UserPool').id}>`,
    UserPoolClientId: `<${core.one('AWS::Cognito::UserPoolClient').id}>`,
    AuthorizerId: `<${core.one('AWS::ApiGatewayV2::Authorizer').id}>`,
  })
})

it('does not change when a consumer is added: it names none', () => {
  const text = JSON.stringify(core)
  expect(consumers.filter(({ name }) => text.includes(name))).toEqual([])
})
