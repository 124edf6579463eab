import { json } from '../infra/runtime/answers.ts'
import { newId } from '../infra/runtime/ids.ts'
import { meetupIdIn } from '../infra/runtime/meetups.ts'
import { produce } from '../infra/runtime/produce.ts'
import { userOf } from '../infra/runtime/user.ts'
import { AttendanceWithdrawn, leaveMeetup } from '../schemas/attendances.ts'

export const handler = produce(leaveMeetup, async (input, emit) => {
  const { userId } = userOf(input)
  const meetupId = meetupIdIn(input.path.meetupId)
  // Also for whoever has no place: the request for one may be on its way still.
  const requestId = newId('withdrawal', `${userId} ${meetupId}`, input.idempotencyKey)
  await emit(AttendanceWithdrawn, { meetupId, userId }, requestId)
  return json(202, { meetupId, message: 'Your place will be free in a moment.' })
})
