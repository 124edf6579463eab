import * as z from 'zod'
import { defineEvent } from './event.ts'
import { Email, EpochSeconds, Line } from './fields.ts'
import { defineRoute } from './route.ts'

const context = 'registrations'
const registrationId = z.uuid()
const name = Line(100)
const exampleId = '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17'

export const RegistrationRequested = defineEvent({
  name: 'RegistrationRequested',
  context,
  version: 1,
  summary: 'Somebody filled in the registration form; the address is not verified yet.',
  data: z.strictObject({
    registrationId,
    name,
    email: Email,
    expiresAt: EpochSeconds,
  }),
  example: {
    registrationId: exampleId,
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    expiresAt: 1_800_000_000,
  },
})

export const EmailVerified = defineEvent({
  name: 'EmailVerified',
  context,
  version: 1,
  summary: 'The link in the verification mail was opened.',
  data: z.strictObject({ registrationId }),
  example: { registrationId: exampleId },
})

export const RegistrationConfirmed = defineEvent({
  name: 'RegistrationConfirmed',
  context,
  version: 1,
  summary: 'A registration is both on record and verified.',
  data: z.strictObject({
    registrationId,
    name,
    email: Email,
    confirmedAt: z.iso.datetime(),
  }),
  example: {
    registrationId: exampleId,
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    confirmedAt: '2027-01-15T08:00:00.000Z',
  },
})

export const RegistrationExpired = defineEvent({
  name: 'RegistrationExpired',
  context,
  version: 1,
  summary: 'A registration was not verified in time and its record is gone.',
  data: z.strictObject({ registrationId }),
  example: { registrationId: exampleId },
})

/** Other fields that a form of somebody else's may have, its submit button for one, are left aside. */
export const RegistrationForm = z.object({ name, email: Email })
export type RegistrationForm = z.infer<typeof RegistrationForm>

export const register = defineRoute({
  name: 'register',
  method: 'POST',
  path: '/api/register',
  summary: 'Register with a name and an e-mail address; a verification mail follows.',
  body: RegistrationForm,
  example: { name: 'Ada Lovelace', email: 'ada@example.com' },
  formThanksPage: '/check-inbox.html',
  emits: [RegistrationRequested],
  uses: { settings: ['registrationTtlSeconds'], rateLimits: true },
  responses: {
    202: {
      summary: 'Accepted; the mail is on its way.',
      body: z.object({ registrationId, message: z.string() }),
      example: {
        registrationId: exampleId,
        message: 'Please check your inbox: we have sent you a link to verify your address.',
      },
    },
    429: { summary: 'Too often; see Retry-After.' },
    303: {
      summary: 'The same for a browser that posted a form: see the page that says so.',
    },
  },
})

export const confirm = defineRoute({
  name: 'confirm',
  method: 'GET',
  path: '/api/confirm',
  summary: 'The link in the verification mail.',
  query: z.object({
    token: z.string().describe('Says which registration, until when, and that we say so.').optional(),
  }),
  emits: [EmailVerified],
  uses: { tables: ['registrations'], secrets: ['link-key'] },
  responses: {
    302: {
      summary: 'To /confirmed.html, with `msg` if there is something to say beside "confirmed".',
    },
  },
})

export const RegistrationView = z.strictObject({
  registrationId,
  status: z.enum(['PENDING', 'CONFIRMED']),
  confirmedAt: z.iso.datetime().optional(),
})

export const getRegistration = defineRoute({
  name: 'get-registration',
  method: 'GET',
  path: '/api/registrations/{id}',
  summary: 'How far a registration is. Tells no name and no address.',
  params: { id: { summary: 'The `registrationId` that `POST /api/register` answered.', example: exampleId } },
  uses: { tables: ['registrations'] },
  responses: {
    200: {
      summary: 'The registration.',
      body: RegistrationView,
      example: { registrationId: exampleId, status: 'CONFIRMED', confirmedAt: '2027-01-15T08:00:00.000Z' },
    },
    404: { summary: 'No such registration, or it expired.' },
  },
})
