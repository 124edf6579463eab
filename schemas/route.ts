import * as z from 'zod'
import type { EventContract } from './event.ts'

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
  readonly body: Body
  readonly query: Query
  /** Set for a public form: it may be posted by a plain HTML form, and the browser is then sent to this page. */
  readonly formThanksPage?: `/${string}`
  /** Its function may emit these events and no others. */
  readonly emits?: Emits
  readonly uses?: Uses
  /** Status to what it means, and the body if it has one. */
  readonly responses: Readonly<Record<number, { readonly summary: string; readonly body?: z.ZodType }>>
}

/** What the function behind a route needs beside the bus. It gets the rights for exactly that. */
export interface Uses {
  /** Tables it reads. */
  readonly tables?: readonly string[]
  readonly secrets?: readonly 'link-key'[]
  readonly settings?: readonly 'registrationTtlSeconds'[]
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
