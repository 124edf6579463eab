import { v4 } from 'uuid'

/** One filled-in form and the key it is sent under, however often it is sent. */
export interface Attempt {
  readonly content: string
  readonly idempotencyKey: string
}

/** The same attempt as long as the form says the same: a retry has one effect. A changed form is another attempt. */
export function attemptWith(form: unknown, previous: Attempt | undefined): Attempt {
  const content = JSON.stringify(form)
  return previous?.content === content ? previous : { content, idempotencyKey: v4() }
}
