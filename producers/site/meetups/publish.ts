import * as z from 'zod'
import { type MeetupForm, meetupId, publishMeetup, Upload } from '../../../schemas/meetups.ts'
import { session } from '../account/use-session.ts'
import { type Failure, failureOf } from '../api/failure.ts'

const Accepted = z.object({ meetupId, upload: Upload.optional() })
export type Accepted = z.output<typeof Accepted>

/** Publishes a meetup. Under the same key it is the same meetup, and a banner that failed can be uploaded anew. */
export async function publish(form: MeetupForm, idempotencyKey: string): Promise<Accepted | Failure> {
  const answer = await session.call(publishMeetup, { body: form, idempotencyKey })
  const { data } = Accepted.safeParse(answer.body)
  return answer.status === 202 && data ? data : failureOf(answer, Object.keys(form))
}
