import * as z from 'zod'
import { RegistrationForm } from '../../../schemas/registrations.ts'
import type { Problem } from '../../../schemas/service.ts'

/** The first complaint about each wrong field. */
export type FieldErrors = Partial<Record<keyof RegistrationForm, string>>

const Field = RegistrationForm.keyof()

/** In the order of the form. */
export const FIELDS = Field.options

/** What the server would say to these values: it asks the same schema. */
export function fieldErrorsIn(values: Readonly<Record<string, unknown>>): FieldErrors {
  const { error } = RegistrationForm.safeParse(values)
  const complaints = error ? z.flattenError(error).fieldErrors : {}
  return Object.fromEntries(
    FIELDS.flatMap((field) => complaints[field]?.slice(0, 1).map((text) => [field, text]) ?? []),
  )
}

/** What the server did say. Anything in the problem that is about no field of the form is nothing a person could correct. */
export function fieldErrorsOf(problem: Problem): FieldErrors {
  const complaints = (problem.errors ?? []).flatMap(({ path, message }) => {
    const field = Field.safeParse(path)
    return field.success ? [[field.data, message]] : []
  })
  return Object.fromEntries(complaints)
}
