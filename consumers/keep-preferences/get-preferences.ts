import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { json } from '../../infra/runtime/answers.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { route } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { getPreferences, PreferencesView } from '../../schemas/accounts.ts'

export const handler = route(getPreferences, async (input) => {
  const { userId } = userOf(input)
  const { Item: item } = await records.send(new GetCommand({ TableName: names.table('preferences'), Key: { userId } }))
  // Whoever has just been confirmed may be here before their record is.
  return json(200, PreferencesView.parse(item ?? { channel: 'EMAIL' }))
})
