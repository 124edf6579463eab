import type * as z from 'zod'
import { findMeetup } from '../../infra/runtime/meetups.ts'
import type { AttendanceCancelled, AttendanceConfirmed, AttendanceDeclined } from '../../schemas/attendances.ts'
import type { Notification } from './notify.ts'

type Declined = z.output<typeof AttendanceDeclined.data>

const WHY: Readonly<Record<Declined['reason'], string>> = {
  full: 'All places are taken.',
  'not-found': 'There is no such meetup.',
  cancelled: 'It does not take place.',
}

const when = ({ date, startTime }: { readonly date: string; readonly startTime: string }): string =>
  `${date} at ${startTime} UTC`

/** What is said where nobody knows the meetup. */
const UNKNOWN = 'the meetup'

/** Somebody has a place; nothing if the meetup is cancelled by now, which they hear instead, if not already. */
export async function attendanceConfirmed({
  meetupId,
}: z.output<typeof AttendanceConfirmed.data>): Promise<Notification | undefined> {
  const meetup = await findMeetup(meetupId)
  if (meetup?.status === 'CANCELLED') return undefined
  const details = meetup ? ` It begins on ${when(meetup)}: ${meetup.location}.` : ''
  return { subject: `See you at ${meetup?.title ?? UNKNOWN}`, text: `Your place is confirmed.${details}` }
}

/** Somebody has none. */
export async function attendanceDeclined({ meetupId, reason }: Declined): Promise<Notification> {
  const title = (await findMeetup(meetupId))?.title ?? UNKNOWN
  return { subject: `No place at ${title}`, text: `You cannot attend ${title}. ${WHY[reason]}` }
}

/** What somebody wanted to attend does not take place. */
export function attendanceCancelled(meetup: z.output<typeof AttendanceCancelled.data>): Notification {
  const { title } = meetup
  return { subject: `Cancelled: ${title}`, text: `${title}, on ${when(meetup)}, does not take place. We are sorry.` }
}
