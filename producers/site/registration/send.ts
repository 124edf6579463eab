import { type RegistrationForm, RegistrationView, register } from '../../../schemas/registrations.ts'
import { call } from '../api/call.ts'
import { type Failure, failureOf } from '../api/failure.ts'

const Accepted = RegistrationView.pick({ registrationId: true }).strip()

/** Posts the form. Never throws: whatever goes wrong is a failure to show. */
export async function send(
  form: RegistrationForm,
  idempotencyKey: string,
): Promise<{ readonly registrationId: string } | Failure> {
  const answer = await call(register, { body: form, idempotencyKey })
  const accepted = Accepted.safeParse(answer.body)
  return answer.status === 202 && accepted.success ? accepted.data : failureOf(answer, Object.keys(form))
}
