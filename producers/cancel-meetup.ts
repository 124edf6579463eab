import { HttpError, json } from '../infra/runtime/answers.ts'
import { findMeetup, meetupIdIn } from '../infra/runtime/meetups.ts'
import { produce } from '../infra/runtime/produce.ts'
import { userOf } from '../infra/runtime/user.ts'
import { cancelMeetup, MeetupCancellationRequested } from '../schemas/meetups.ts'

export const handler = produce(cancelMeetup, async (input, emit) => {
  const { userId } = userOf(input)
  const meetup = await findMeetup(meetupIdIn(input.path.id))
  // Somebody else's is none that the caller could cancel.
  if (meetup?.creatorId !== userId) throw new HttpError(404, 'You have no such meetup')
  const { meetupId } = meetup
  await emit(MeetupCancellationRequested, { meetupId, userId }, meetupId)
  return json(202, { meetupId, message: 'It will be cancelled in a moment; everybody who attends is told.' })
})
