import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type * as z from 'zod'
import { names } from '../../infra/runtime/environment.ts'
import { MeetupRecord } from '../../infra/runtime/meetups.ts'
import { records } from '../../infra/runtime/records.ts'
import { untilWritten } from '../../infra/runtime/until-written.ts'
import { type MeetupSubmitted, startOf } from '../../schemas/meetups.ts'

const TableName = names.table('meetups')

/** Keeps a meetup unless there is a record of it; answers whichever is there afterwards. */
export async function publish(meetup: z.output<typeof MeetupSubmitted.data>): Promise<MeetupRecord> {
  const record: MeetupRecord = {
    ...meetup,
    startsAt: startOf(meetup).toISOString(),
    status: 'PUBLISHED',
    attending: 0,
    ...(meetup.privacy === 'public' ? { listed: 'public' } : {}),
  }
  const put = new PutCommand({
    TableName,
    Item: record,
    ConditionExpression: 'attribute_not_exists(meetupId)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    await records.send(put)
    return record
  } catch (error) {
    return existing(error)
  }
}

/**
 * Cancels a meetup of this user's; answers the record afterwards, changed or not. Throws if there is none: the meetup may
 * be on its way still, and then the cancellation is to be tried again.
 */
export async function cancel(meetupId: string, userId: string, cancelledAt: string): Promise<MeetupRecord> {
  const update = new UpdateCommand({
    TableName,
    Key: { meetupId },
    UpdateExpression: 'SET #status = :cancelled, cancelledAt = :cancelledAt REMOVE listed',
    ConditionExpression: 'creatorId = :userId AND #status = :published',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':userId': userId,
      ':published': 'PUBLISHED',
      ':cancelled': 'CANCELLED',
      ':cancelledAt': cancelledAt,
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  // Others may be taking its places at this moment.
  return untilWritten(async () => {
    const { Attributes } = await records.send(update)
    return MeetupRecord.parse(Attributes)
  }).catch(existing)
}

/** The record that made a condition fail; any other error is thrown again. */
function existing(error: unknown): MeetupRecord {
  if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
  return MeetupRecord.parse(unmarshall(error.Item))
}
