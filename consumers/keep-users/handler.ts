import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { consume } from '../../infra/runtime/consume.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
  // The event is all that there is to know of a user, so writing it again changes nothing.
  UserConfirmed: async ({ data }) => {
    await records.send(new PutCommand({ TableName: names.table('users'), Item: data }))
  },
})
