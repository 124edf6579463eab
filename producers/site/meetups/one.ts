import type * as z from 'zod'
import { cancelMeetup, getMeetup, MeetupView } from '../../../schemas/meetups.ts'
import { settle } from '../account/settle.ts'
import { session } from '../account/use-session.ts'
import { type Answer, call } from '../api/call.ts'
import { type Trouble, troubleOf } from '../api/failure.ts'

export type Meetup = z.output<typeof MeetupView>

/** Asks for a meetup as it is now; everybody may. */
export const lookAtMeetup = (meetupId: string): Promise<Answer> => call(getMeetup, { params: { id: meetupId } })

/** The meetup in an answer, if it is one. */
export const meetupIn = ({ status, body }: Answer): Meetup | undefined =>
  status === 200 ? MeetupView.safeParse(body).data : undefined

/** Cancels a meetup and waits until it is cancelled; answers what is in the way, if anything is. */
export async function cancel(meetupId: string): Promise<Trouble | undefined> {
  const answer = await session.call(cancelMeetup, { params: { id: meetupId } })
  if (answer.status !== 202) return troubleOf(answer)
  const isCancelled = await settle(
    () => lookAtMeetup(meetupId),
    (answer) => meetupIn(answer)?.status === 'CANCELLED',
  )
  return isCancelled ? undefined : LATE
}

/** What was accepted is not to be seen yet. */
export const LATE: Trouble = {
  title: 'This takes longer than usual',
  text: 'What you asked for is accepted and will be done. Look at this page again in a while.',
}
