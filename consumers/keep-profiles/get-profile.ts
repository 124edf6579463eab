import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { HttpError, json } from '../../infra/runtime/answers.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { route } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { getProfile, ProfileView } from '../../schemas/profiles.ts'
import { ProfileRecord } from './record.ts'

export const handler = route(getProfile, async (input) => {
  const caller = userOf(input)
  const profile = await find(input.path.id)
  if (!profile) throw new HttpError(404, 'This user has no profile')
  const { email: _, ...known } = ProfileView.parse(profile)
  return json(200, profile.userId === caller.userId ? ProfileView.parse(profile) : known)
})

async function find(id: string | undefined): Promise<ProfileRecord | undefined> {
  // DynamoDB refuses some texts as a key, and what is no id of ours is not there anyway.
  const userId = ProfileView.shape.userId.safeParse(id).data
  if (!userId) return undefined
  const { Item: item } = await records.send(new GetCommand({ TableName: names.table('profiles'), Key: { userId } }))
  return item && ProfileRecord.parse(item)
}
