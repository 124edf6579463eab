import * as z from 'zod'
import { defineEvent } from './event.ts'
import { Email, Line, Text } from './fields.ts'
import { cursor, PageQuery } from './page.ts'
import { defineRoute } from './route.ts'

const context = 'meetups'
export const meetupId = z.uuid()
export const userId = z.uuid()
export const exampleId = '5a0e7f0c-1c52-5b0b-9d4e-2f6f3f0f9c11'
export const exampleUserId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'

const Time = z.string('Required').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time from 00:00 to 23:59')
export const MAX_BANNER_BYTES = 5 * 1024 * 1024

/** What a banner may be, and how its file is then called. */
export const BANNER_EXTENSIONS = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const
const BannerType = z.enum(['image/jpeg', 'image/png'], 'Must be image/jpeg or image/png')

/** For how long a banner may be uploaded. */
export const UPLOAD_SECONDS = 60

/** What whoever publishes a meetup says of it. */
const said = {
  title: Line(120),
  description: Text(5000),
  date: z.iso.date('Must be a date, like 2027-01-15'),
  startTime: Time.describe('In UTC.'),
  endTime: Time.describe('In UTC, on the same day.'),
  locationType: z.enum(['online', 'in-person']),
  location: Line(300),
  category: Line(50),
  maxAttendees: z.int('Must be a whole number').min(1, 'At least 1').max(100_000, 'At most 100000'),
  privacy: z.enum(['public', 'private']).describe('A private one is in no list: only who has its link finds it.'),
}

/** When a meetup begins, as a full date and time in UTC. */
export const startOf = ({ date, startTime }: { readonly date: string; readonly startTime: string }): Date =>
  new Date(`${date}T${startTime}:00Z`)

const exampleSaid = {
  title: 'Analytical engines',
  description: 'What they can do, and what they cannot.',
  date: '2099-05-20',
  startTime: '18:00',
  endTime: '20:30',
  locationType: 'in-person',
  location: '12 St James’s Square, London',
  category: 'Technology',
  maxAttendees: 50,
  privacy: 'public',
} as const

export const MeetupSubmitted = defineEvent({
  name: 'MeetupSubmitted',
  context,
  version: 1,
  summary: 'A user wants to publish a meetup.',
  data: z.strictObject({
    meetupId,
    creatorId: userId,
    creatorEmail: Email,
    ...said,
    bannerKey: z.string().min(1).max(200).optional(),
  }),
  example: { meetupId: exampleId, creatorId: exampleUserId, creatorEmail: 'ada@example.com', ...exampleSaid },
})

export const MeetupPublished = defineEvent({
  name: 'MeetupPublished',
  context,
  version: 1,
  summary: 'A meetup can be found, if it is public, and attended.',
  data: MeetupSubmitted.data.omit({ creatorEmail: true }),
  example: { meetupId: exampleId, creatorId: exampleUserId, ...exampleSaid },
})

export const MeetupCancellationRequested = defineEvent({
  name: 'MeetupCancellationRequested',
  context,
  version: 1,
  summary: 'Whoever published a meetup wants to cancel it.',
  data: z.strictObject({ meetupId, userId }),
  example: { meetupId: exampleId, userId: exampleUserId },
})

export const MeetupCancelled = defineEvent({
  name: 'MeetupCancelled',
  context,
  version: 1,
  summary: 'A meetup does not take place: nobody can attend it any more.',
  data: MeetupPublished.data
    .pick({ meetupId: true, creatorId: true, title: true, date: true, startTime: true })
    .extend({
      cancelledAt: z.iso.datetime(),
    }),
  example: {
    meetupId: exampleId,
    creatorId: exampleUserId,
    title: exampleSaid.title,
    date: exampleSaid.date,
    startTime: exampleSaid.startTime,
    cancelledAt: '2027-01-15T08:00:00.000Z',
  },
})

const form = {
  ...said,
  bannerType: BannerType.optional().describe('Of the picture that is to be its banner, if there is one.'),
  bannerSize: z
    .int('Must be a whole number')
    .min(1, 'At least 1')
    .max(MAX_BANNER_BYTES, `At most ${MAX_BANNER_BYTES} bytes`)
    .optional()
    .describe('In bytes. If it is given, the upload takes exactly as many.'),
}

/**
 * When what these fields say together is looked at: as soon as each is as it has to be, whatever the others are, so that
 * all that is wrong is named at once, and nothing else. https://zod.dev/api#when
 */
const when =
  (...fields: readonly (keyof typeof form)[]) =>
  ({ value }: { readonly value: unknown }): boolean =>
    fields.every((field) => z.object({ [field]: form[field] }).safeParse(value).success)

export const MeetupForm = z
  .object(form)
  .refine(({ startTime, endTime }) => startTime < endTime, {
    path: ['endTime'],
    message: 'Must be after the start',
    when: when('startTime', 'endTime'),
  })
  .refine((meetup) => startOf(meetup).getTime() > Date.now(), {
    path: ['date'],
    message: 'Must be in the future',
    when: when('date', 'startTime'),
  })
  .refine(({ bannerType, bannerSize }) => bannerType !== undefined || bannerSize === undefined, {
    path: ['bannerType'],
    message: 'Required with bannerSize',
    when: when('bannerType', 'bannerSize'),
  })
export type MeetupForm = z.output<typeof MeetupForm>

/** Without the address of whoever published it. */
export const MeetupView = MeetupPublished.data
  .omit({ bannerKey: true })
  .extend({
    status: z.enum(['PUBLISHED', 'CANCELLED']),
    attending: z.int().min(0).describe('How many attend.'),
    bannerUrl: z
      .url()
      .optional()
      .describe('There is nothing at it until the banner is uploaded, or if it was refused.'),
  })
  .strip()
export type MeetupView = z.output<typeof MeetupView>

export const exampleMeetup = {
  meetupId: exampleId,
  creatorId: exampleUserId,
  ...exampleSaid,
  status: 'PUBLISHED',
  attending: 12,
}
export const Meetups = z.object({ meetups: z.array(MeetupView), cursor })

/** A presigned request, for whoever has it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
export const Upload = z.object({
  url: z.url(),
  method: z.literal('PUT'),
  headers: z.object({ 'content-type': BannerType }).describe('To be sent exactly so.'),
  expiresIn: z.literal(UPLOAD_SECONDS).describe('In seconds.'),
})
export type Upload = z.output<typeof Upload>

export const publishMeetup = defineRoute({
  name: 'publish-meetup',
  method: 'POST',
  path: '/api/meetups',
  summary: 'Publish a meetup.',
  auth: 'token',
  body: MeetupForm,
  example: exampleSaid,
  emits: [MeetupSubmitted],
  // An access token does not say the address: it is asked for.
  uses: { userPool: 'client', banners: ['PutObject'] },
  responses: {
    202: {
      summary:
        'Accepted; it can be found in a moment. With a `bannerType`, `upload` says where the picture goes: at most 5 MiB, ' +
        'and what is no such picture is deleted.',
      body: z.object({ meetupId, upload: Upload.optional() }),
      example: { meetupId: exampleId },
    },
  },
})

export const listMeetups = defineRoute({
  name: 'list-meetups',
  method: 'GET',
  path: '/api/meetups',
  summary: 'The public meetups that are yet to come, soonest first.',
  query: PageQuery,
  uses: { tables: ['meetups', 'meetups/upcoming'], secrets: ['link-key'], settings: ['siteUrl'] },
  responses: {
    200: {
      summary: 'One page of them; `cursor` if there are more.',
      body: Meetups,
      example: { meetups: [exampleMeetup] },
    },
  },
})

const id = { summary: 'The `meetupId` that `POST /api/meetups` answered.', example: exampleId }

export const getMeetup = defineRoute({
  name: 'get-meetup',
  method: 'GET',
  path: '/api/meetups/{id}',
  summary: 'One meetup. Whoever has its id may see it, private or not.',
  params: { id },
  uses: { tables: ['meetups'], settings: ['siteUrl'] },
  responses: {
    200: { summary: 'The meetup.', body: MeetupView, example: exampleMeetup },
    404: { summary: 'There is no such meetup.' },
  },
})

export const listOwnMeetups = defineRoute({
  name: 'list-own-meetups',
  method: 'GET',
  path: '/api/me/meetups',
  summary: 'The meetups that the caller published, the latest date first.',
  auth: 'token',
  query: PageQuery,
  uses: { tables: ['meetups', 'meetups/byCreator'], secrets: ['link-key'], settings: ['siteUrl'] },
  responses: listMeetups.responses,
})

export const cancelMeetup = defineRoute({
  name: 'cancel-meetup',
  method: 'DELETE',
  path: '/api/meetups/{id}',
  summary: 'Cancel a meetup of one’s own; everybody who attends is told.',
  params: { id },
  auth: 'token',
  emits: [MeetupCancellationRequested],
  uses: { tables: ['meetups'] },
  responses: {
    202: {
      summary: 'Accepted.',
      body: z.object({ meetupId, message: z.string() }),
      example: { meetupId: exampleId, message: 'It will be cancelled in a moment; everybody who attends is told.' },
    },
    404: { summary: 'The caller published no such meetup.' },
  },
})
