import { json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { produce } from '../infra/runtime/produce.ts'
import { userOf } from '../infra/runtime/user.ts'
import { changePreferences, PreferencesChanged } from '../schemas/accounts.ts'

export const handler = produce(changePreferences, async (input, emit) => {
  const { userId } = userOf(input)
  const { body: preferences, idempotencyKey } = input
  await emit(PreferencesChanged, { userId, ...preferences }, newId('preferences', userId, idempotencyKey))
  return json(202, { message: 'Saved in a moment.', ...preferences })
})
