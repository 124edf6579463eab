import { RegistrationView, register } from '../../../schemas/registrations.ts'
import { Problem } from '../../../schemas/service.ts'
import type { Attempt } from './attempt.ts'
import { type FieldErrors, fieldErrorsOf } from './field-errors.ts'

/** Something that a person can only wait out or try again. */
export interface Trouble {
  readonly title: string
  readonly text: string
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly registrationId: string }
  | { readonly kind: 'invalid'; readonly errors: FieldErrors }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }

const TIMEOUT_MS = 20_000
const Accepted = RegistrationView.pick({ registrationId: true }).strip()

const UNREACHABLE: Trouble = {
  title: 'We could not reach the server',
  text: 'What you typed is still here. Check your connection and try again; you will not be registered twice.',
}

/** Posts the form. Never throws: whatever goes wrong is an outcome to show. */
export async function send({ form, idempotencyKey }: Attempt): Promise<Outcome> {
  try {
    const response = await fetch(register.path, {
      method: register.method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(form),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body: unknown = await response.json().catch(() => undefined)
    return outcomeOf(response.status, body, response.headers.get('retry-after'))
  } catch {
    return { kind: 'trouble', trouble: UNREACHABLE }
  }
}

/**
 * What an answer means for the person at the form. `body`: the parsed JSON, or undefined if it was none;
 * `retryAfter`: that header, understood in seconds (RFC 9110, 10.2.3; the other form, a date, is not used here).
 */
export function outcomeOf(status: number, body: unknown, retryAfter: string | null = null): Outcome {
  const accepted = Accepted.safeParse(body)
  if (status === 202 && accepted.success) return { kind: 'accepted', ...accepted.data }
  if (status === 429 || status === 503) return { kind: 'trouble', trouble: busy(retryAfter) }

  const problem = Problem.safeParse(body).data
  const errors = problem ? fieldErrorsOf(problem) : {}
  if (Object.keys(errors).length > 0) return { kind: 'invalid', errors }
  const text = status < 500 && problem?.detail ? problem.detail : 'What you typed is still here. Please try again.'
  return { kind: 'trouble', trouble: { title: 'That did not work', text } }
}

function busy(retryAfter: string | null): Trouble {
  const seconds = /^[1-9]\d{0,2}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined
  const when = seconds === undefined ? 'in a moment' : seconds === 1 ? 'in a second' : `in ${seconds} seconds`
  return { title: 'We are busy right now', text: `What you typed is still here. Please try again ${when}.` }
}
