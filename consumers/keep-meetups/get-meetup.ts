import { HttpError, json } from '../../infra/runtime/answers.ts'
import { findMeetup, meetupIdIn, viewOf } from '../../infra/runtime/meetups.ts'
import { route } from '../../infra/runtime/route.ts'
import { getMeetup } from '../../schemas/meetups.ts'

export const handler = route(getMeetup, async ({ path }) => {
  const meetup = await findMeetup(meetupIdIn(path.id))
  if (!meetup) throw new HttpError(404, 'There is no such meetup')
  return json(200, viewOf(meetup))
})
