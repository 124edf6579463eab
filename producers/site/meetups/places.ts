import type { MeetupView } from '../../../schemas/meetups.ts'
import { endOf } from './when.ts'

/** How far a meetup is, as far as whoever wants to attend it cares. */
export type Stage = 'open' | 'full' | 'cancelled' | 'over'

/** `now` in milliseconds since 1970. */
export function stageOf(meetup: MeetupView, now = Date.now()): Stage {
  if (meetup.status === 'CANCELLED') return 'cancelled'
  if (endOf(meetup).getTime() <= now) return 'over'
  return placesLeft(meetup) > 0 ? 'open' : 'full'
}

const placesLeft = ({ attending, maxAttendees }: MeetupView): number => Math.max(0, maxAttendees - attending)

const number = new Intl.NumberFormat('en')

/** Like `3 of 50 places left`. */
export function placesInWords(meetup: MeetupView): string {
  const { maxAttendees } = meetup
  const left = placesLeft(meetup)
  const all = `${number.format(maxAttendees)} ${maxAttendees === 1 ? 'place' : 'places'}`
  return left > 0 ? `${number.format(left)} of ${all} left` : `Full: ${all} taken`
}

/** Like `3 people`. */
export const people = (count: number): string => (count === 1 ? '1 person' : `${number.format(count)} people`)
