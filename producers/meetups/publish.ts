import { type Answer, json } from '../../infra/runtime/answers.ts'
import { newId } from '../../infra/runtime/ids.ts'
import type { Emit } from '../../infra/runtime/produce.ts'
import type { RouteInput } from '../../infra/runtime/route.ts'
import { emailOf, userOf } from '../../infra/runtime/user.ts'
import { type MeetupForm, MeetupSubmitted } from '../../schemas/meetups.ts'
import { bannerUpload } from './banner.ts'

/** Emits that the caller wants to publish a meetup; answers its id and, if it is to have a banner, where to put it. */
export async function publish(
  input: RouteInput<MeetupForm, undefined>,
  emit: Emit<typeof MeetupSubmitted>,
): Promise<Answer> {
  const user = userOf(input)
  const meetupId = newId('meetup', user.userId, input.idempotencyKey)
  const creator = { creatorId: user.userId, creatorEmail: await emailOf(user) }
  const { bannerType, bannerSize, ...said } = input.body
  const { bannerKey, upload } = bannerType ? await bannerUpload(meetupId, bannerType, bannerSize) : {}
  await emit(MeetupSubmitted, { meetupId, ...creator, ...said, ...(bannerKey ? { bannerKey } : {}) }, meetupId)
  return json(202, { meetupId, upload }, { location: `/api/meetups/${meetupId}` })
}
