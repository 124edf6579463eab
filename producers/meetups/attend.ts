import { type Answer, json } from '../../infra/runtime/answers.ts'
import { newId } from '../../infra/runtime/ids.ts'
import type { Emit } from '../../infra/runtime/produce.ts'
import type { RouteInput } from '../../infra/runtime/route.ts'
import { emailOf, userOf } from '../../infra/runtime/user.ts'
import { AttendanceRequested } from '../../schemas/attendances.ts'

/** Emits that the caller wants to attend a meetup. */
export async function attend(
  meetupId: string,
  input: RouteInput<unknown, undefined>,
  emit: Emit<typeof AttendanceRequested>,
): Promise<Answer> {
  const user = userOf(input)
  const { userId } = user
  const requestId = newId('attendance', `${userId} ${meetupId}`, input.idempotencyKey)
  await emit(AttendanceRequested, { meetupId, userId, email: await emailOf(user) }, requestId)
  return json(202, { meetupId, status: 'REQUESTED' }, { location: `/api/me/attendances/${meetupId}` })
}
