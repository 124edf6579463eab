import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { HttpError, json } from '../../infra/runtime/answers.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { route } from '../../infra/runtime/route.ts'
import { getRegistration, RegistrationView } from '../../schemas/registrations.ts'
import { RegistrationRecord } from './record.ts'

export const handler = route(getRegistration, async ({ path }) => {
  const record = await find(path.id)
  if (!record || record.status === 'EARLY' || isExpired(record))
    throw new HttpError(404, 'There is no such registration')
  return json(200, RegistrationView.strip().parse(record))
})

async function find(id: string | undefined): Promise<RegistrationRecord | undefined> {
  // DynamoDB refuses some texts as a key, and what is no id of ours is not there anyway.
  const registrationId = RegistrationView.shape.registrationId.safeParse(id).data
  if (!registrationId) return undefined
  const { Item: item } = await records.send(
    new GetCommand({
      TableName: names.table('registrations'),
      Key: { registrationId },
    }),
  )
  return item && RegistrationRecord.parse(item)
}

/** DynamoDB deletes an expired item some time later; until then it is still read. */
const isExpired = (record: RegistrationRecord): boolean =>
  record.status === 'PENDING' && record.expiresAt * 1000 <= Date.now()
