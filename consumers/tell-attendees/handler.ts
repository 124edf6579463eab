import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import { Attending } from '../../infra/runtime/attendances.ts'
import { type ConsumerContext, consume } from '../../infra/runtime/consume.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { AttendanceCancelled, AttendeesLeftToTell } from '../../schemas/attendances.ts'
import { consumer } from './consumer.ts'

type Context = ConsumerContext<typeof AttendanceCancelled | typeof AttendeesLeftToTell>
type Meetup = Omit<z.output<typeof AttendeesLeftToTell.data>, 'after'>

/** So many are told in one go: ten calls to the bus, which are done long before the function's time is over. */
const PAGE = 100

export const handler = consume(consumer, {
  MeetupCancelled: ({ data: { meetupId, title, date, startTime } }, context) =>
    tell({ meetupId, title, date, startTime }, undefined, context),
  AttendeesLeftToTell: ({ data: { after, ...meetup } }, context) => tell(meetup, after, context),
})

/**
 * Tells of one page, and then that there is another. Whatever dies in between is done again from this page on, and says
 * the same under the same ids, so nobody is told twice. Nobody is left out either: a place is taken in one transaction with
 * the meetup's own record, and only while that is not cancelled.
 */
async function tell(meetup: Meetup, after: string | undefined, { emit, emitAll }: Context): Promise<void> {
  const { meetupId } = meetup
  const { attending, last } = await attendingAfter(meetupId, after)
  await emitAll(
    AttendanceCancelled,
    attending.map(({ userId, email }) => ({ data: { ...meetup, userId, email }, key: `${meetupId} ${userId}` })),
  )
  if (last) await emit(AttendeesLeftToTell, { ...meetup, after: last }, `${meetupId} ${last}`)
}

/** One page of those who attend; `last` is the last of the page, if there are more. */
async function attendingAfter(meetupId: string, after: string | undefined) {
  const { Items: items, LastEvaluatedKey: last } = await records.send(
    new QueryCommand({
      TableName: names.table('attendances'),
      KeyConditionExpression: 'meetupId = :meetupId',
      FilterExpression: '#status = :confirmed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':meetupId': meetupId, ':confirmed': 'CONFIRMED' },
      ConsistentRead: true,
      Limit: PAGE,
      ...(after ? { ExclusiveStartKey: { meetupId, userId: after } } : {}),
    }),
  )
  return { attending: Attending.array().parse(items), last: last && Attending.shape.userId.parse(last.userId) }
}
