import * as z from 'zod'
import { AttendanceDeclined, AttendanceRequested } from '../../schemas/attendances.ts'

const { meetupId, userId, email } = AttendanceRequested.data.shape

/** Of whom, and by which event it was decided, which happened when. */
const decision = { meetupId, userId, requestId: z.uuid(), at: z.iso.datetime() }
/** When DynamoDB's TTL may delete what is only a trace. */
const expiresAt = z.int().positive()

/** `attendsAt` is when the meetup begins: the key by which lists are sorted. */
export const Attending = z.object({ status: z.literal('CONFIRMED'), ...decision, email, attendsAt: z.iso.datetime() })
export type Attending = z.output<typeof Attending>

/**
 * One item of the table: what was decided last about a user and a meetup. Requests and withdrawals may come late, twice
 * and in any order, so whoever does not attend leaves a trace for as long as an event may be on its way.
 */
export const AttendanceRecord = z.discriminatedUnion('status', [
  Attending,
  z.object({
    status: z.literal('DECLINED'),
    ...decision,
    email,
    reason: AttendanceDeclined.data.shape.reason,
    expiresAt,
  }),
  z.object({ status: z.literal('WITHDRAWN'), ...decision, expiresAt }),
])
export type AttendanceRecord = z.output<typeof AttendanceRecord>
