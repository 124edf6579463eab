import { json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { produce } from '../infra/runtime/produce.ts'
import { emailOf, userOf } from '../infra/runtime/user.ts'
import { ProfileSubmitted, submitProfile } from '../schemas/profiles.ts'

export const handler = produce(submitProfile, async (input, emit) => {
  const user = userOf(input)
  const { userId } = user
  const profile = { userId, name: input.body.name, email: await emailOf(user) }
  await emit(ProfileSubmitted, profile, newId('profile', userId, input.idempotencyKey))
  return json(202, { message: 'Your profile is on its way.', profile })
})
