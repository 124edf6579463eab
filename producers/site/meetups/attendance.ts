import { AttendanceView, attendMeetup, getOwnAttendance, leaveMeetup } from '../../../schemas/attendances.ts'
import { settle } from '../account/settle.ts'
import { session } from '../account/use-session.ts'
import type { Answer } from '../api/call.ts'
import { type Trouble, troubleOf } from '../api/failure.ts'
import { LATE } from './one.ts'

/** Whether whoever is logged in attends a meetup, or what is in the way of knowing. */
export async function lookAtAttendance(meetupId: string): Promise<AttendanceView | { readonly trouble: Trouble }> {
  const answer = await look(meetupId)
  return attendanceIn(answer) ?? { trouble: troubleOf(answer) }
}

/**
 * Asks for a place, or gives it up, and waits until that is decided. `before`: what was decided when this was asked for
 * the first time. What is asked again is asked under the same key.
 */
export async function decide(
  what: 'attend' | 'leave',
  { meetupId, before, idempotencyKey }: { meetupId: string; before: AttendanceView; idempotencyKey: string },
): Promise<AttendanceView | { readonly trouble: Trouble }> {
  const answer =
    what === 'attend'
      ? await session.call(attendMeetup, { params: { id: meetupId }, idempotencyKey })
      : await session.call(leaveMeetup, { params: { meetupId }, idempotencyKey })
  if (answer.status !== 202) return { trouble: troubleOf(answer) }
  let last: Answer = answer
  const isDecided = await settle(
    async () => {
      last = await look(meetupId)
      return last
    },
    (answer) => {
      const now = attendanceIn(answer)
      return now?.requestedAt !== undefined && now.requestedAt !== before.requestedAt
    },
  )
  return (isDecided && attendanceIn(last)) || { trouble: last.status === 401 ? troubleOf(last) : LATE }
}

const look = (meetupId: string): Promise<Answer> => session.call(getOwnAttendance, { params: { meetupId } })

const attendanceIn = ({ status, body }: Answer): AttendanceView | undefined =>
  status === 200 ? AttendanceView.safeParse(body).data : undefined
