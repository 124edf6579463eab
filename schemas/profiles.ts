import * as z from 'zod'
import { defineEvent } from './event.ts'
import { Email, Line } from './fields.ts'
import { defineRoute } from './route.ts'

const context = 'profiles'
const userId = z.uuid()
const name = Line(100)
const exampleId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'

export const ProfileSubmitted = defineEvent({
  name: 'ProfileSubmitted',
  context,
  version: 1,
  summary: 'A user filled in their profile, for the first time or anew.',
  data: z.strictObject({ userId, name, email: Email }),
  example: { userId: exampleId, name: 'Ada Lovelace', email: 'ada@example.com' },
})

export const ProfileCreated = defineEvent({
  name: 'ProfileCreated',
  context,
  version: 1,
  summary: 'A user has a profile for the first time.',
  data: z.strictObject({ userId, name }),
  example: { userId: exampleId, name: 'Ada Lovelace' },
})

export const ProfileForm = z.object({ name })

const profile = { userId: exampleId, name: 'Ada Lovelace', email: 'ada@example.com' }
const OwnProfile = z.object({ userId, name, email: Email })

export const submitProfile = defineRoute({
  name: 'submit-profile',
  method: 'POST',
  path: '/api/profiles',
  summary: 'Fill in the own profile, or change it.',
  auth: 'token',
  body: ProfileForm,
  example: { name: 'Ada Lovelace' },
  emits: [ProfileSubmitted],
  // An access token does not say the address: it is asked for.
  uses: { userPool: 'client' },
  responses: {
    202: {
      summary: 'Accepted.',
      body: z.object({ message: z.string(), profile: OwnProfile }),
      example: { message: 'Your profile is on its way.', profile },
    },
  },
})

export const ProfileView = z.object({ userId, name, email: Email.optional() })

export const getProfile = defineRoute({
  name: 'get-profile',
  method: 'GET',
  path: '/api/profiles/{id}',
  summary: "A profile: one's own with the address, another's without.",
  params: { id: { summary: 'The `userId` of whoever the profile is of.', example: exampleId } },
  auth: 'token',
  uses: { tables: ['profiles'] },
  responses: {
    200: { summary: 'The profile.', body: ProfileView, example: profile },
    404: { summary: 'This user has no profile.' },
  },
})
