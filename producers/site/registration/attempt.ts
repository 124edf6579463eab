import { v4 } from 'uuid'
import type { RegistrationForm } from '../../../schemas/registrations.ts'

/** One filled-in form and the key it is sent under, however often it is sent. */
export interface Attempt {
  readonly form: RegistrationForm
  readonly idempotencyKey: string
}

/** The same attempt as long as the form says the same: a retry registers once. A changed form is a new registration. */
export function attemptWith(form: RegistrationForm, previous: Attempt | undefined): Attempt {
  const isRetry = previous && previous.form.name === form.name && previous.form.email === form.email
  return isRetry ? previous : { form, idempotencyKey: v4() }
}
