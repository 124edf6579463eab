import * as z from 'zod'
import { defineEvent } from './event.ts'
import { Email } from './fields.ts'
import { exampleId, exampleMeetup, exampleUserId, MeetupCancelled, Meetups, meetupId, userId } from './meetups.ts'
import { PageQuery } from './page.ts'
import { defineRoute } from './route.ts'

const context = 'meetups'
const attendance = { meetupId, userId, email: Email }
const example = { meetupId: exampleId, userId: exampleUserId, email: 'ada@example.com' }
const Reason = z.enum(['full', 'not-found', 'cancelled'])
const { title, date, startTime } = MeetupCancelled.data.shape

export const AttendanceRequested = defineEvent({
  name: 'AttendanceRequested',
  context,
  version: 1,
  summary: 'A user wants to attend a meetup; nobody has looked yet whether there is a place.',
  data: z.strictObject(attendance),
  example,
})

export const AttendanceConfirmed = defineEvent({
  name: 'AttendanceConfirmed',
  context,
  version: 1,
  summary: 'A user has a place at a meetup.',
  data: z.strictObject(attendance),
  example,
})

export const AttendanceDeclined = defineEvent({
  name: 'AttendanceDeclined',
  context,
  version: 1,
  summary: 'A user cannot attend a meetup.',
  data: z.strictObject({ ...attendance, reason: Reason }),
  example: { ...example, reason: 'full' },
})

export const AttendanceWithdrawn = defineEvent({
  name: 'AttendanceWithdrawn',
  context,
  version: 1,
  summary: 'A user does not want to attend a meetup any more.',
  data: z.strictObject({ meetupId, userId }),
  example: { meetupId: exampleId, userId: exampleUserId },
})

export const AttendanceCancelled = defineEvent({
  name: 'AttendanceCancelled',
  context,
  version: 1,
  summary: 'A meetup that a user wanted to attend does not take place.',
  data: z.strictObject({ ...attendance, title, date, startTime }),
  example: { ...example, title: 'Analytical engines', date: '2099-05-20', startTime: '18:00' },
})

export const AttendeesLeftToTell = defineEvent({
  name: 'AttendeesLeftToTell',
  context,
  version: 1,
  summary: 'Some of those who wanted to attend a cancelled meetup are told; the others, sorted after one, are not yet.',
  data: z.strictObject({ meetupId, title, date, startTime, after: userId }),
  example: {
    meetupId: exampleId,
    title: 'Analytical engines',
    date: '2099-05-20',
    startTime: '18:00',
    after: exampleUserId,
  },
})

const id = { summary: 'Of the meetup.', example: exampleId }

export const attendMeetup = defineRoute({
  name: 'attend-meetup',
  method: 'POST',
  path: '/api/meetups/{id}/attendances',
  summary:
    'Ask for a place at a meetup. The answer comes at once, the outcome later: ask for it, or wait for the notice.',
  params: { id },
  auth: 'token',
  emits: [AttendanceRequested],
  // An access token does not say the address: it is asked for.
  uses: { userPool: 'client' },
  responses: {
    202: {
      summary: 'Accepted; `Location` leads to the outcome.',
      body: z.object({ meetupId, status: z.literal('REQUESTED') }),
      example: { meetupId: exampleId, status: 'REQUESTED' },
    },
    404: { summary: 'There cannot be such a meetup.' },
  },
})

export const leaveMeetup = defineRoute({
  name: 'leave-meetup',
  method: 'DELETE',
  path: '/api/me/attendances/{meetupId}',
  summary: 'Give up the place at a meetup.',
  params: { meetupId: id },
  auth: 'token',
  emits: [AttendanceWithdrawn],
  responses: {
    202: {
      summary: 'Accepted.',
      body: z.object({ meetupId, message: z.string() }),
      example: { meetupId: exampleId, message: 'Your place will be free in a moment.' },
    },
    404: { summary: 'There cannot be such a meetup.' },
  },
})

export const AttendanceView = z.object({
  isAttending: z.boolean(),
  status: z
    .enum(['NONE', 'CONFIRMED', 'DECLINED', 'WITHDRAWN', 'CANCELLED'])
    .describe('`NONE` if nothing is decided, `CANCELLED` if the meetup was.'),
  reason: Reason.optional(),
  requestedAt: z.iso.datetime().optional().describe('When the caller asked for it. Unchanged: not decided yet.'),
})
export type AttendanceView = z.output<typeof AttendanceView>

export const getOwnAttendance = defineRoute({
  name: 'get-own-attendance',
  method: 'GET',
  path: '/api/me/attendances/{meetupId}',
  summary: 'Whether the caller attends a meetup.',
  params: { meetupId: id },
  auth: 'token',
  uses: { tables: ['attendances', 'meetups'] },
  responses: {
    200: {
      summary: 'What was decided last.',
      body: AttendanceView,
      example: { isAttending: false, status: 'DECLINED', reason: 'full', requestedAt: '2027-01-15T08:00:00.000Z' },
    },
    404: { summary: 'There cannot be such a meetup.' },
  },
})

export const listOwnAttendances = defineRoute({
  name: 'list-own-attendances',
  method: 'GET',
  path: '/api/me/attendances',
  summary: 'The meetups that the caller attends, the latest date first.',
  auth: 'token',
  query: PageQuery,
  uses: { tables: ['meetups', 'attendances/byUser'], secrets: ['link-key'], settings: ['siteUrl'] },
  responses: {
    200: {
      summary: 'One page of them; `cursor` if there are more.',
      body: Meetups,
      example: { meetups: [exampleMeetup] },
    },
  },
})
