import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'

const List = z.array(z.string()).default([])
export const CorsConfiguration = z.strictObject({
  AllowOrigins: List,
  AllowMethods: List,
  AllowHeaders: List,
  ExposeHeaders: List,
  MaxAge: z.coerce.number().int().optional(),
  AllowCredentials: z.stringbool().or(z.boolean()).optional(),
})
type CorsConfiguration = z.output<typeof CorsConfiguration>

/**
 * The headers that an HTTP API adds for an allowed origin; none for another.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(cors: CorsConfiguration | undefined, request: IncomingHttpHeaders): Record<string, string> {
  const { origin } = request
  if (!cors || !origin || !cors.AllowOrigins.some((allowed) => covers(allowed, origin))) return {}
  return {
    'access-control-allow-origin': cors.AllowOrigins.includes('*') ? '*' : origin,
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.ExposeHeaders.length > 0 ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',') } : {}),
    vary: 'origin',
  }
}

/** The answer's further headers for a preflight request. */
export function preflightHeaders(cors: CorsConfiguration, request: IncomingHttpHeaders): Record<string, string> {
  const allowed = corsHeaders(cors, request)
  if (!allowed['access-control-allow-origin']) return {}
  return {
    ...allowed,
    'access-control-allow-methods': cors.AllowMethods.join(','),
    'access-control-allow-headers': cors.AllowHeaders.join(','),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  }
}

/** Where an API has a CORS configuration, what its functions say of CORS counts for nothing. */
export const withoutCors = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')))

/** `https://*.example.com` covers every host below example.com. */
const covers = (allowed: string, origin: string): boolean =>
  allowed === '*' || allowed === origin || (allowed.includes('*') && glob(allowed).test(origin))

const glob = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
