import type * as z from 'zod'
import type { AttendanceRecord } from '../../infra/runtime/attendances.ts'
import { findMeetup, type MeetupRecord } from '../../infra/runtime/meetups.ts'
import { untilWritten } from '../../infra/runtime/until-written.ts'
import type { AttendanceDeclined, AttendanceRequested, AttendanceWithdrawn } from '../../schemas/attendances.ts'
import { findAttendance, giveUpPlace, keepPlace, putUnlessOlder, takePlace } from './record.ts'

/** By which event something is wanted, and when that happened. */
interface Wish {
  readonly requestId: string
  readonly at: string
}
type Request = z.output<typeof AttendanceRequested.data> & Wish
type Withdrawal = z.output<typeof AttendanceWithdrawn.data> & Wish
type Reason = z.output<typeof AttendanceDeclined.data>['reason']

/** The longest that a message can wait in a queue, and so a trace is of use. */
const TRACE_SECONDS = 14 * 86_400

/** Gives a user a place at a meetup, if there is one; answers what is on record afterwards, changed or not. */
export function attend({ email, ...wish }: Request): Promise<AttendanceRecord> {
  const write = async () => {
    const meetup = await findMeetup(wish.meetupId)
    const reason = reasonAgainst(meetup)
    const found =
      meetup && !reason
        ? await takePlace({ ...wish, status: 'CONFIRMED', email, attendsAt: meetup.startsAt })
        : await putUnlessOlder({
            ...wish,
            status: 'DECLINED',
            email,
            reason: reason ?? 'not-found',
            expiresAt: inAWhile(),
          })
    return found?.status === 'CONFIRMED' && found.at < wish.at ? keepPlace(found, wish.at) : found
  }
  return inLine(wish.meetupId, () => untilWritten(write))
}

/**
 * Gives the place of a user back; answers what is on record afterwards. A request that was made before, and comes later,
 * finds that and takes no place.
 */
export function withdraw(wish: Withdrawal): Promise<AttendanceRecord> {
  const write = async () => {
    const found = await findAttendance(wish)
    const record = { ...wish, status: 'WITHDRAWN' as const, expiresAt: inAWhile() }
    if (found?.status !== 'CONFIRMED') return putUnlessOlder(record)
    return found.at <= wish.at ? giveUpPlace(record, found) : found
  }
  return inLine(wish.meetupId, () => untilWritten(write))
}

function reasonAgainst(meetup: MeetupRecord | undefined): Reason | undefined {
  if (!meetup) return 'not-found'
  if (meetup.status === 'CANCELLED') return 'cancelled'
  return meetup.attending < meetup.maxAttendees ? undefined : 'full'
}

const inAWhile = (): number => Math.floor(Date.now() / 1000) + TRACE_SECONDS

const lines = new Map<string, Promise<unknown>>()

/**
 * What is about one meetup is done one after the other, as far as this environment can see: transactions on one record
 * would only make each other fail.
 */
function inLine<Result>(meetupId: string, work: () => Promise<Result>): Promise<Result> {
  const turn = (lines.get(meetupId) ?? Promise.resolve()).then(work)
  const end = turn
    .catch(() => {})
    .then(() => {
      if (lines.get(meetupId) === end) lines.delete(meetupId)
    })
  lines.set(meetupId, end)
  return turn
}
