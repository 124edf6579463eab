import { meetupIdIn } from '../infra/runtime/meetups.ts'
import { produce } from '../infra/runtime/produce.ts'
import { idIn, registerToEvent } from '../schemas/old-names.ts'
import { attend } from './meetups/attend.ts'

export const handler = produce(registerToEvent, async (input, emit) => {
  const meetupId = meetupIdIn(idIn(input.body))
  const answer = await attend(meetupId, input, emit)
  const link = `</api/meetups/${meetupId}/attendances>; rel="successor-version"`
  return { ...answer, headers: { ...answer.headers, link } }
})
