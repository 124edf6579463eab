import { json } from '../infra/runtime/answers.ts'
import { variable } from '../infra/runtime/environment.ts'
import { newId } from '../infra/runtime/ids.ts'
import { produce } from '../infra/runtime/produce.ts'
import { limitRate } from '../infra/runtime/rate-limit.ts'
import { RegistrationRequested, register } from '../schemas/registrations.ts'

const ttlSeconds = Number(variable('REGISTRATION_TTL_SECONDS'))

export const handler = produce(register, async ({ body: { name, email }, idempotencyKey, client }, emit) => {
  // Whoever registers is an address and nobody else yet. Were the key alone to say which registration it is, a request
  // with the same key and another address could have its link mailed there.
  const registrationId = newId('registration', email, idempotencyKey)
  await limitRate({ action: register.name, email, client, id: registrationId })
  const expiresAt = Math.floor(Date.now() / 1000) + ttlSeconds
  await emit(RegistrationRequested, { registrationId, name, email, expiresAt }, registrationId)
  return json(202, {
    registrationId,
    message: 'Please check your inbox: we have sent you a link to verify your address.',
  })
})
