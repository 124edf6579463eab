import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'

const Texts = z.array(z.string())

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-corsrule.html */
export const CorsRule = z.strictObject({
  Id: z.string().optional(),
  AllowedMethods: Texts,
  AllowedOrigins: Texts,
  AllowedHeaders: Texts.default([]),
  ExposedHeaders: Texts.default([]),
  MaxAge: z.coerce.number().int().optional(),
})
export type CorsRule = z.output<typeof CorsRule>

/**
 * The headers with which S3 lets a browser's page have the answer: of the first rule that allows the request's origin,
 * method and, in a preflight, headers. `undefined` if none does or the request names no origin.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  method: string,
  headers: IncomingHttpHeaders,
): Record<string, string> | undefined {
  const { origin } = headers
  if (!origin) return undefined
  const preflight = method === 'OPTIONS'
  const wantedMethod = preflight ? headers['access-control-request-method'] : method
  const wantedHeaders = preflight
    ? (headers['access-control-request-headers'] ?? '').split(/[,\s]+/).filter(Boolean)
    : []
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders }) =>
      AllowedMethods.some((allowed) => allowed === wantedMethod) &&
      AllowedOrigins.some((allowed) => covers(allowed, origin)) &&
      wantedHeaders.every((name) =>
        AllowedHeaders.some((allowed) => covers(allowed.toLowerCase(), name.toLowerCase())),
      ),
  )
  if (!rule) return undefined
  const anyone = rule.AllowedOrigins.includes('*')
  return {
    'access-control-allow-origin': anyone ? '*' : origin,
    ...(anyone ? {} : { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(wantedHeaders.length > 0 ? { 'access-control-allow-headers': wantedHeaders.join(', ') } : {}),
    ...(rule.ExposedHeaders.length > 0 ? { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') } : {}),
    ...(rule.MaxAge === undefined ? {} : { 'access-control-max-age': String(rule.MaxAge) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

/** Equal, or alike around the one `*` that a rule may have. */
function covers(allowed: string, value: string): boolean {
  const [before = '', after] = allowed.split('*')
  if (after === undefined) return allowed === value
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after)
}
