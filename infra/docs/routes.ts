import * as z from 'zod'
import type { RouteContract } from '../../schemas/route.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'

/** Whether it reads a body. */
export const takesBody = ({ body }: RouteContract): boolean => !(body instanceof z.ZodUndefined)

/** Whether sending it again under the same key is one effect. */
export const takesIdempotencyKey = ({ method, emits = [] }: RouteContract): boolean =>
  method !== 'GET' && emits.length > 0

/** A route's query: what each parameter is once it is read, and which must be there. Empty for a route without one. */
export function querySchemaOf({ query }: RouteContract): JsonSchema {
  if (query instanceof z.ZodUndefined) return {}
  const { required = [] } = jsonSchemaOf(query, 'openapi', 'input')
  return { ...jsonSchemaOf(query, 'openapi'), required }
}

/** Whether a declared answer is a problem+json: every error that is not declared to carry anything else. */
export const isProblem = ({ responses }: RouteContract, status: number): boolean =>
  status >= 400 && responses[status]?.body === undefined

interface ErrorResponse {
  readonly status: number
  readonly summary: string
  /** Ours are problem+json; the others are API Gateway's. */
  readonly isOurs: boolean
  readonly mayBeOf: (route: RouteContract) => boolean
}

/** The errors that a route need not declare; infra/runtime/route.ts answers those that are ours. */
export const ERRORS: readonly ErrorResponse[] = [
  {
    status: 400,
    summary: 'Something is not valid; `errors` names every wrong field.',
    isOurs: true,
    mayBeOf: (route) => takesBody(route) || takesIdempotencyKey(route) || isQueryLimited(route),
  },
  { status: 401, summary: 'No token, or none of ours.', isOurs: false, mayBeOf: ({ auth }) => auth !== undefined },
  { status: 413, summary: 'The body is too large: it may have 64 KiB.', isOurs: true, mayBeOf: takesBody },
  { status: 415, summary: 'The body is of a type that is not read.', isOurs: true, mayBeOf: takesBody },
  { status: 429, summary: 'Too many requests at once.', isOurs: false, mayBeOf: () => true },
  { status: 503, summary: 'Something that is needed does not answer; try again.', isOurs: true, mayBeOf: () => true },
]

/** Those of them that this route may answer, and does not declare itself. */
export const errorsOf = (route: RouteContract): readonly ErrorResponse[] =>
  ERRORS.filter(({ status, mayBeOf }) => mayBeOf(route) && !(status in route.responses))

/** Whether a query can be wrong: not if all of it are texts of any kind that may be left out. */
function isQueryLimited(route: RouteContract): boolean {
  const { properties = {}, required = [] } = querySchemaOf(route)
  const isAnyText = (schema: unknown): boolean =>
    z.strictObject({ type: z.literal('string'), description: z.string().optional() }).safeParse(schema).success
  return required.length > 0 || !Object.values(properties).every(isAnyText)
}
