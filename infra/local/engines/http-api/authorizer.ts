import type { IncomingHttpHeaders } from 'node:http'
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'
import { type Answer, jsonAnswer } from './payload.ts'

/** Finds the key of a token that this issuer signed; `undefined` for an issuer that is not known here. */
export type KeysOf = (issuer: string) => JWTVerifyGetKey | undefined

const SOURCE = /^\$request\.(?<where>header|querystring)\.(?<name>[\w-]+)$/

export const AuthorizerProperties = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT', 'only JWT authorizers run here'),
  IdentitySource: z.tuple([z.string().regex(SOURCE, 'a source is a header or a query parameter')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(z.string()).min(1), Issuer: z.string() }),
})

/** What a function is told of whoever calls it. */
interface Authorization {
  readonly claims: Readonly<Record<string, string>>
  /** Those of the route's scopes that the token has; null where the route asks for none. */
  readonly scopes: readonly string[] | null
}

export type Authorizer = (
  headers: IncomingHttpHeaders,
  query: string,
  routeScopes: readonly string[],
) => Promise<Authorization | { readonly refusal: Answer }>

/**
 * Checks a request's token as an HTTP API does: signature, issuer, audience, times, scopes. The answer to one that fails
 * says why in its `www-authenticate` header. Throws `Mistake` for an issuer that is not known here.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createAuthorizer(
  { IdentitySource: [source], JwtConfiguration: { Audience, Issuer } }: z.output<typeof AuthorizerProperties>,
  keysOf: KeysOf,
  now: () => number,
): Authorizer {
  const keys = knownKeys(Issuer, keysOf)
  const { where, name = '' } = SOURCE.exec(source)?.groups ?? {}
  const sent = (headers: IncomingHttpHeaders, query: string): string =>
    where === 'header' ? String(headers[name.toLowerCase()] ?? '') : (new URLSearchParams(query).get(name) ?? '')

  async function verify(token: string): Promise<JWTPayload | string> {
    const seconds = now() / 1000
    const options = {
      issuer: Issuer,
      algorithms: ['RS256', 'RS384', 'RS512'],
      requiredClaims: ['exp'],
      currentDate: new Date(now()),
    }
    try {
      const { payload } = await jwtVerify(token, keys, options)
      if (payload.iat !== undefined && payload.iat > seconds) return 'the token is used before it was issued'
      const audience = [payload.aud ?? payload.client_id].flat()
      if (!audience.some((one) => typeof one === 'string' && Audience.includes(one)))
        return 'the token does not have a valid audience'
      return payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'the token has expired'
      if (error instanceof errors.JWTClaimValidationFailed)
        return `the token does not have a valid ${error.claim} claim`
      if (error instanceof errors.JOSEError) return 'the token is malformed or not signed by its issuer'
      throw error
    }
  }

  return async (headers, query, routeScopes) => {
    const token = sent(headers, query).replace(/^Bearer(?: +|$)/i, '')
    if (token === '') return { refusal: refusal(401, 'Unauthorized', 'Bearer') }
    const payload = await verify(token)
    const challenge = (error: string, description: string): string =>
      `Bearer scope="${routeScopes.join(' ')}" error="${error}" error_description="${description}"`
    if (typeof payload === 'string')
      return { refusal: refusal(401, 'Unauthorized', challenge('invalid_token', payload)) }
    const scopes = scopesOf(payload).filter((scope) => routeScopes.includes(scope))
    if (routeScopes.length > 0 && scopes.length === 0) {
      const description = 'the token does not have any of the required scopes'
      return { refusal: refusal(403, 'Forbidden', challenge('insufficient_scope', description)) }
    }
    return { claims: textClaims(payload), scopes: routeScopes.length > 0 ? scopes : null }
  }
}

function knownKeys(issuer: string, keysOf: KeysOf): JWTVerifyGetKey {
  const keys = keysOf(issuer)
  if (keys) return keys
  throw new Mistake(
    `AWS::ApiGatewayV2::Authorizer issuer ${issuer} is not supported locally: it must be a user pool of this app`,
  )
}

const refusal = (status: number, message: string, challenge: string): Answer => {
  const answer = jsonAnswer(status, JSON.stringify({ message }))
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } }
}

const Scopes = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]).catch([])
const scopesOf = ({ scope, scp }: JWTPayload): readonly string[] => Scopes.parse(scope ?? scp)

/** A function sees every claim as text; a list as `[a b]`. */
const textClaims = (payload: JWTPayload): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, textOf(value)]))

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
