import * as z from 'zod'
import type { EventContract } from './event.ts'

/** The headers that routes understand. What breaks its schema is an error, but for a correlation id, which is then replaced. */
export const RequestHeaders = z.object({
  'x-correlation-id': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .optional(),
  'Idempotency-Key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'Must be 1 to 255 printable ASCII characters')
    .optional(),
})

/** One HTTP route, declared once; the edge's validation, the gateway's route, its rights and the API reference follow from it. */
export interface RouteContract<
  Body extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Emits extends readonly EventContract[] = readonly EventContract[],
> {
  /** Also the name of the file that handles it and of the function on AWS. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY'
  /** As API Gateway writes it: `/api/registrations/{id}`, or `$default` for whatever no other route takes. */
  readonly path: string
  readonly summary: string
  /** What stands in the braces of the path. */
  readonly params?: Readonly<Record<string, PathParam>>
  /** Set for a route that wants a token of the user pool. */
  readonly auth?: 'token'
  /** Set for an old name of another route: answers say so, and where to go. */
  readonly deprecated?: Deprecation
  readonly body: Body
  /** A body that works, for the documentation. */
  readonly example?: z.input<Body>
  readonly query: Query
  /** Set for a public form: it may be posted by a plain HTML form, and the browser is then sent to this page. */
  readonly formThanksPage?: `/${string}`
  /** Its function may emit these events and no others. */
  readonly emits?: Emits
  readonly uses?: Uses
  /** Status to what it means. Those that follow from the rest (a body that is not valid, for one) go without saying. */
  readonly responses: Readonly<Record<number, Response>>
}

/** For the documentation. */
interface PathParam {
  readonly summary: string
  readonly example: string
}

interface Response {
  readonly summary: string
  /** The JSON that it carries, if any; an error carries a problem+json. */
  readonly body?: z.ZodType
  /** A body as it may be, for the documentation. */
  readonly example?: unknown
}

/** https://www.rfc-editor.org/rfc/rfc9745 */
interface Deprecation {
  /** Since when, e.g. `2027-01-15`. */
  readonly since: string
  /** The path of the route that takes its place. */
  readonly successor: string
}

/** What the function behind a route needs beside the bus. It gets the rights for exactly that. */
export interface Uses {
  /** Tables it reads. */
  readonly tables?: readonly string[]
  readonly secrets?: readonly 'link-key'[]
  readonly settings?: readonly ('registrationTtlSeconds' | 'siteUrl')[]
  /** Asks the user pool: on behalf of whoever calls, or also about any user. */
  readonly userPool?: 'client' | 'users'
  /** What it does, or lets others do, with meetups' banners. */
  readonly banners?: readonly 'PutObject'[]
  /** Counts how often somebody calls. */
  readonly rateLimits?: true
  /** The setting that says how many of its function run at a time; if that is not set, as many as the account has. */
  readonly reservedConcurrency?: 'placeOrderReservedConcurrency'
}

const Nothing = z.undefined()
type Nothing = typeof Nothing
type Events = readonly EventContract[]
type Without<Route, Key> = Omit<Route, Key & keyof Route>

/** A route takes a body, a query, or neither. */
export function defineRoute<Body extends z.ZodType, const Emits extends Events = readonly []>(
  route: Without<RouteContract<Body, Nothing, Emits>, 'query'>,
): RouteContract<Body, Nothing, Emits>
export function defineRoute<Query extends z.ZodType, const Emits extends Events = readonly []>(
  route: Without<RouteContract<Nothing, Query, Emits>, 'body'>,
): RouteContract<Nothing, Query, Emits>
export function defineRoute<const Emits extends Events = readonly []>(
  route: Without<RouteContract<Nothing, Nothing, Emits>, 'body' | 'query'>,
): RouteContract<Nothing, Nothing, Emits>
export function defineRoute(route: Without<RouteContract, 'body' | 'query'>): RouteContract {
  return { body: Nothing, query: Nothing, ...route }
}
