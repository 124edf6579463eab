import type { ServerResponse } from 'node:http'
import * as z from 'zod'

const ignored = z.unknown().optional()
const flag = z.stringbool().or(z.boolean())
const Override = { Override: flag }

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-responseheaderspolicyconfig.html */
export const ResponseHeadersPolicyConfig = z.strictObject({
  Name: z.string(),
  Comment: ignored,
  SecurityHeadersConfig: z
    .strictObject({
      ContentSecurityPolicy: z.strictObject({ ...Override, ContentSecurityPolicy: z.string() }).optional(),
      ContentTypeOptions: z.strictObject(Override).optional(),
      FrameOptions: z.strictObject({ ...Override, FrameOption: z.enum(['DENY', 'SAMEORIGIN']) }).optional(),
      ReferrerPolicy: z.strictObject({ ...Override, ReferrerPolicy: z.string() }).optional(),
      StrictTransportSecurity: z
        .strictObject({
          ...Override,
          AccessControlMaxAgeSec: z.coerce.number().int(),
          IncludeSubdomains: flag.default(false),
          Preload: flag.default(false),
        })
        .optional(),
      XSSProtection: z
        .strictObject({
          ...Override,
          Protection: flag,
          ModeBlock: flag.default(false),
          ReportUri: z.string().optional(),
        })
        .optional(),
    })
    .default({}),
  CustomHeadersConfig: z
    .strictObject({ Items: z.array(z.strictObject({ ...Override, Header: z.string(), Value: z.string() })) })
    .default({ Items: [] }),
  RemoveHeadersConfig: z
    .strictObject({ Items: z.array(z.strictObject({ Header: z.string() })) })
    .default({ Items: [] }),
  // Timings of a cache that is not there.
  ServerTimingHeadersConfig: ignored,
})

interface Header {
  readonly name: string
  readonly value: string
  /** Also where the origin has sent one. */
  readonly override: boolean
}

export interface HeadersPolicy {
  readonly set: readonly Header[]
  readonly remove: readonly string[]
}

/** The headers that a policy adds to every answer and those that it takes away. */
export function compileHeadersPolicy(config: z.output<typeof ResponseHeadersPolicyConfig>): HeadersPolicy {
  const {
    ContentSecurityPolicy: csp,
    ContentTypeOptions: types,
    FrameOptions: frames,
    ReferrerPolicy: referrer,
    StrictTransportSecurity: hsts,
    XSSProtection: xss,
  } = config.SecurityHeadersConfig
  const header = (name: string, value: string | undefined, from: { Override: boolean } | undefined): Header[] =>
    value !== undefined && from ? [{ name, value, override: from.Override }] : []
  return {
    set: [
      ...header('content-security-policy', csp?.ContentSecurityPolicy, csp),
      ...header('x-content-type-options', 'nosniff', types),
      ...header('x-frame-options', frames?.FrameOption, frames),
      ...header('referrer-policy', referrer?.ReferrerPolicy, referrer),
      ...header(
        'strict-transport-security',
        hsts &&
          `max-age=${hsts.AccessControlMaxAgeSec}${hsts.IncludeSubdomains ? '; includeSubDomains' : ''}${hsts.Preload ? '; preload' : ''}`,
        hsts,
      ),
      ...header(
        'x-xss-protection',
        xss &&
          `${xss.Protection ? 1 : 0}${xss.ModeBlock ? '; mode=block' : ''}${xss.ReportUri ? `; report=${xss.ReportUri}` : ''}`,
        xss,
      ),
      ...config.CustomHeadersConfig.Items.flatMap((item) => header(item.Header, item.Value, item)),
    ],
    remove: config.RemoveHeadersConfig.Items.map(({ Header }) => Header),
  }
}

/** Puts the policy's headers into an answer that has not been sent yet. */
export function applyHeadersPolicy({ set, remove }: HeadersPolicy, response: ServerResponse): void {
  for (const name of remove) response.removeHeader(name)
  for (const { name, value, override } of set)
    if (override || !response.hasHeader(name)) response.setHeader(name, value)
}
