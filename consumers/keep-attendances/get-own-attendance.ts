import { json } from '../../infra/runtime/answers.ts'
import type { AttendanceRecord } from '../../infra/runtime/attendances.ts'
import { findMeetup, meetupIdIn } from '../../infra/runtime/meetups.ts'
import { route } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { type AttendanceView, getOwnAttendance } from '../../schemas/attendances.ts'
import { findAttendance } from './record.ts'

export const handler = route(getOwnAttendance, async (input) => {
  const { userId } = userOf(input)
  const meetupId = meetupIdIn(input.path.meetupId)
  return json(200, await viewOf(await findAttendance({ meetupId, userId })))
})

async function viewOf(found: AttendanceRecord | undefined): Promise<AttendanceView> {
  if (!found) return { isAttending: false, status: 'NONE' }
  const { status, at: requestedAt } = found
  if (status === 'DECLINED') return { isAttending: false, status, reason: found.reason, requestedAt }
  if (status === 'WITHDRAWN') return { isAttending: false, status, requestedAt }
  const isCancelled = (await findMeetup(found.meetupId))?.status === 'CANCELLED'
  return { isAttending: !isCancelled, status: isCancelled ? 'CANCELLED' : status, requestedAt }
}
