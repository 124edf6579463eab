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
  if (found?.status === 'DECLINED') return { isAttending: false, status: 'DECLINED', reason: found.reason }
  if (found?.status !== 'CONFIRMED') return { isAttending: false, status: found?.status ?? 'NONE' }
  const isCancelled = (await findMeetup(found.meetupId))?.status === 'CANCELLED'
  return { isAttending: !isCancelled, status: isCancelled ? 'CANCELLED' : 'CONFIRMED' }
}
