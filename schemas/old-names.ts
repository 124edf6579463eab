import * as z from 'zod'
import { AttendanceRequested, attendMeetup, listOwnAttendances } from './attendances.ts'
import { exampleId, listMeetups, listOwnMeetups, meetupId, publishMeetup } from './meetups.ts'
import { defineRoute, type RouteContract } from './route.ts'

// What the system before this one called its routes. Each answers as its successor does, and takes who calls from the
// token as all others do.

const since = '2026-11-01'

const oldName = <Route extends RouteContract>(successor: Route, name: string, path: string): Route => ({
  ...successor,
  name,
  path,
  deprecated: { since, successor: successor.path },
})

export const createEvent = oldName(publishMeetup, 'create-event', '/api/create-event')
export const getEvents = oldName(listMeetups, 'get-events', '/api/get-events')
export const getOwnEvents = oldName(listOwnMeetups, 'get-own-events', '/api/get-events-that-user-created')
export const getAttendedEvents = oldName(
  listOwnAttendances,
  'get-attended-events',
  '/api/get-events-that-user-registered-to',
)

/** A meetup's id by any of the names that it has had. */
export const OldAttendanceForm = z
  .object({ meetupId: meetupId.optional(), eventId: meetupId.optional(), event_id: meetupId.optional() })
  .refine((form) => idIn(form) !== undefined, { path: ['meetupId'], message: 'Required' })

/** The id, by whichever name it was given. */
export const idIn = (form: { readonly [Name in 'meetupId' | 'eventId' | 'event_id']?: string | undefined }) =>
  form.meetupId ?? form.eventId ?? form.event_id

export const registerToEvent = defineRoute({
  name: 'register-to-event',
  method: 'POST',
  path: '/api/register-user-to-event',
  summary: attendMeetup.summary,
  auth: 'token',
  deprecated: { since, successor: attendMeetup.path },
  body: OldAttendanceForm,
  example: { event_id: exampleId },
  emits: [AttendanceRequested],
  uses: { userPool: 'client' },
  responses: attendMeetup.responses,
})
