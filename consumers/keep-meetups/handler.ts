import { type ConsumerFunction, consume } from '../../infra/runtime/consume.ts'
import {
  type MeetupCancellationRequested,
  MeetupCancelled,
  MeetupPublished,
  type MeetupSubmitted,
} from '../../schemas/meetups.ts'
import { consumer } from './consumer.ts'
import { cancel, publish } from './record.ts'

// What follows is emitted also for what was done before: an earlier attempt may have died in between. The events' ids
// follow from the meetup, so saying it again changes nothing.

const onSubmitted: ConsumerFunction<typeof MeetupSubmitted, typeof MeetupPublished> = async ({ data }, { emit }) => {
  const meetup = await publish(data)
  await emit(MeetupPublished, MeetupPublished.data.strip().parse(meetup), meetup.meetupId)
}

const onCancellationRequested: ConsumerFunction<typeof MeetupCancellationRequested, typeof MeetupCancelled> = async (
  { data: { meetupId, userId }, metadata },
  { emit, logger },
) => {
  const meetup = await cancel(meetupId, userId, metadata.occurredAt)
  if (meetup?.creatorId !== userId) return logger.warn('not cancelled: somebody else published it', { meetupId })
  await emit(MeetupCancelled, MeetupCancelled.data.strip().parse(meetup), meetupId)
}

export const handler = consume(consumer, {
  MeetupSubmitted: onSubmitted,
  MeetupCancellationRequested: onCancellationRequested,
})
