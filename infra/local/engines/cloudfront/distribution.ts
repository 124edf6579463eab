import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import type { EdgeFunction } from './function.ts'
import type { HeadersPolicy } from './response-headers.ts'

const ignored = z.unknown().optional()

const Behavior = z.strictObject({
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  Compress: z.stringbool().or(z.boolean()).default(false),
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.enum(['viewer-request', 'viewer-response']), FunctionARN: z.string() }))
    .default([]),
  ResponseHeadersPolicyId: z.string().optional(),
  // Nothing is cached here, origins get what the viewer sent, and the site is plain HTTP.
  CachePolicyId: ignored,
  CachedMethods: ignored,
  OriginRequestPolicyId: ignored,
  ViewerProtocolPolicy: ignored,
})
type Behavior = z.output<typeof Behavior>

const Origin = z.strictObject({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
  S3OriginConfig: ignored,
  OriginAccessControlId: ignored,
  // How CloudFront connects to an origin, which here is a function call away.
  CustomOriginConfig: ignored,
  ConnectionAttempts: ignored,
  ConnectionTimeout: ignored,
  ResponseCompletionTimeout: ignored,
  OriginShield: ignored,
})

const ErrorResponse = z.strictObject({
  ErrorCode: z.coerce.number().int(),
  ResponseCode: z.coerce.number().int().optional(),
  ResponsePagePath: z.string().startsWith('/').optional(),
  ErrorCachingMinTTL: ignored,
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-distributionconfig.html */
export const DistributionConfig = z.strictObject({
  Enabled: z.stringbool().or(z.boolean()).pipe(z.literal(true, 'a disabled distribution answers nothing')),
  Origins: z.array(Origin),
  DefaultCacheBehavior: Behavior,
  CacheBehaviors: z.array(Behavior.extend({ PathPattern: z.string() })).default([]),
  DefaultRootObject: z.string().default(''),
  CustomErrorResponses: z.array(ErrorResponse).default([]),
  // The site's own name, certificate, firewall, prices and logs are a matter of the real edge.
  Aliases: ignored,
  Comment: ignored,
  HttpVersion: ignored,
  IPV6Enabled: ignored,
  Logging: ignored,
  PriceClass: ignored,
  Restrictions: ignored,
  ViewerCertificate: ignored,
  WebACLId: ignored,
})
type DistributionConfig = z.output<typeof DistributionConfig>

export type Target =
  /** A bucket. */
  | { readonly kind: 's3'; readonly bucket: string; readonly path: string }
  /** Anything else, by its domain name. */
  | { readonly kind: 'api'; readonly domain: string; readonly path: string }

export interface CompiledBehavior {
  readonly origin: Target
  readonly allowedMethods: ReadonlySet<string>
  readonly compress: boolean
  readonly viewerRequest: EdgeFunction | undefined
  readonly viewerResponse: EdgeFunction | undefined
  readonly headersPolicy: HeadersPolicy | undefined
}

/** What behaviors refer to. */
export interface Parts {
  /** By ARN. */
  readonly functions: ReadonlyMap<string, EdgeFunction>
  /** By id. */
  readonly headersPolicies: ReadonlyMap<string, HeadersPolicy>
}

export interface Distribution {
  readonly id: string
  readonly defaultRootObject: string
  /** By the status that the origin answered. */
  readonly errorPages: ReadonlyMap<number, { readonly status: number; readonly path: string }>
  readonly behaviorFor: (path: string) => CompiledBehavior
}

/**
 * Makes of the configuration what answering a request needs.
 * Throws `Mistake` if a behavior names an origin, function or policy that the template does not have.
 */
export function compileDistribution(
  id: string,
  config: DistributionConfig,
  { functions, headersPolicies }: Parts,
): Distribution {
  const origins = new Map(config.Origins.map((origin) => [origin.Id, targetOf(origin)]))
  const compile = (behavior: Behavior): CompiledBehavior => {
    const functionFor = (event: string) => {
      const association = behavior.FunctionAssociations.find(({ EventType }) => EventType === event)
      return association && known(functions, 'function', association.FunctionARN)
    }
    const policy = behavior.ResponseHeadersPolicyId
    return {
      origin: known(origins, 'origin', behavior.TargetOriginId),
      allowedMethods: new Set(behavior.AllowedMethods),
      compress: behavior.Compress,
      viewerRequest: functionFor('viewer-request'),
      viewerResponse: functionFor('viewer-response'),
      headersPolicy: policy === undefined ? undefined : known(headersPolicies, 'response headers policy', policy),
    }
  }
  const patterns = config.CacheBehaviors.map(({ PathPattern, ...behavior }) => ({
    pattern: compilePattern(PathPattern),
    behavior: compile(behavior),
  }))
  const otherwise = compile(config.DefaultCacheBehavior)
  const errorPages = config.CustomErrorResponses.flatMap(({ ErrorCode, ResponseCode = ErrorCode, ResponsePagePath }) =>
    ResponsePagePath ? [[ErrorCode, { status: ResponseCode, path: ResponsePagePath }] as const] : [],
  )
  return {
    id,
    defaultRootObject: config.DefaultRootObject,
    errorPages: new Map(errorPages),
    behaviorFor: (path) => patterns.find(({ pattern }) => pattern.test(path))?.behavior ?? otherwise,
  }
}

function known<Part>(parts: ReadonlyMap<string, Part>, kind: string, id: string): Part {
  const part = parts.get(id)
  if (part === undefined) throw new Mistake(`AWS::CloudFront::Distribution: the ${kind} ${id} is not in the template`)
  return part
}

function targetOf({ DomainName, OriginPath }: z.output<typeof Origin>): Target {
  const bucket = /^(?<bucket>.+)\.s3[.-][a-z\d.-]*amazonaws\.com$/.exec(DomainName)?.groups?.bucket
  return bucket ? { kind: 's3', bucket, path: OriginPath } : { kind: 'api', domain: DomainName, path: OriginPath }
}

/**
 * `*` is any text, `?` one character; the leading slash may be left out.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
function compilePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+(){}[\]]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source.startsWith('/') ? '' : '/'}${source}$`)
}
