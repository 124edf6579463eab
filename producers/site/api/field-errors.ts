import * as z from 'zod'
import type { Problem } from '../../../schemas/service.ts'

/** The first complaint about each wrong field. */
export type FieldErrors = Readonly<Record<string, string | undefined>>

/** What the server would say to these values: it asks the same schema. */
export function fieldErrorsIn(schema: z.ZodType, values: Readonly<Record<string, unknown>>): FieldErrors {
  const { error } = schema.safeParse(values)
  const complaints: Readonly<Record<string, string[] | undefined>> = error ? z.flattenError(error).fieldErrors : {}
  return Object.fromEntries(Object.entries(complaints).map(([field, texts]) => [field, texts?.[0]]))
}

/** What the server did say. Anything in the problem that is about none of `fields` is nothing a person could correct. */
export const fieldErrorsOf = ({ errors = [] }: Problem, fields: readonly string[]): FieldErrors =>
  Object.fromEntries(errors.filter(({ path }) => fields.includes(path)).map(({ path, message }) => [path, message]))
