import * as z from 'zod'
import { defineEvent } from './event.ts'
import { Email, Line, Password, Phone } from './fields.ts'
import { defineFunction } from './function.ts'
import { defineRoute } from './route.ts'

const context = 'accounts'
const userId = z.uuid()
const name = Line(100)
const exampleId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'

export const UserConfirmed = defineEvent({
  name: 'UserConfirmed',
  context,
  version: 1,
  summary: 'Somebody signed up and proved that the address is theirs.',
  data: z.strictObject({
    userId,
    username: z.string().min(1).max(128),
    email: Email,
    name: name.optional(),
    givenName: name.optional(),
    familyName: name.optional(),
    confirmedAt: z.iso.datetime(),
  }),
  example: {
    userId: exampleId,
    username: exampleId,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    confirmedAt: '2027-01-15T08:00:00.000Z',
  },
})

/** How somebody wants to hear of what happens. Mail about the account itself comes whatever it says. */
const Channel = z.enum(['EMAIL', 'SMS', 'NONE'])

export const PreferencesChanged = defineEvent({
  name: 'PreferencesChanged',
  context,
  version: 1,
  summary: 'A user chose how to be notified.',
  data: z.strictObject({ userId, channel: Channel, phone: Phone.optional() }),
  example: { userId: exampleId, channel: 'SMS', phone: '+14155550123' },
})

export const postConfirmation = defineFunction({
  name: 'post-confirmation',
  does: 'Tells of each user whose address the user pool has confirmed.',
  emits: [UserConfirmed],
})

/** The address is the user pool's user name, of which Cognito takes no more. */
const AccountEmail = Email.max(128, 'At most 128 characters')

export const SignUpForm = z.object({
  email: AccountEmail,
  password: Password,
  name,
  givenName: name.optional(),
  familyName: name.optional(),
})

export const signUp = defineRoute({
  name: 'signup',
  method: 'POST',
  path: '/api/signup',
  summary: 'Open an account; a mail with a code follows.',
  body: SignUpForm,
  example: { email: 'ada@example.com', password: 'Correct1horse', name: 'Ada Lovelace' },
  uses: { userPool: 'client', rateLimits: true },
  responses: {
    201: {
      summary: 'There is an account, to be confirmed.',
      body: z.object({ userId, confirmed: z.boolean() }),
      example: { userId: exampleId, confirmed: false },
    },
    409: { summary: 'This address has an account already.' },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

const Code = z
  .string('Required')
  .trim()
  .regex(/^\d{6}$/, 'The six digits of the code in the mail')

export const ConfirmSignUpForm = z.object({ email: AccountEmail, code: Code })

const Message = z.object({ message: z.string() })

export const confirmSignUp = defineRoute({
  name: 'signup-confirm',
  method: 'POST',
  path: '/api/signup/confirm',
  summary: 'Confirm an account with the code in the mail.',
  body: ConfirmSignUpForm,
  example: { email: 'ada@example.com', code: '123456' },
  // Of a user whom the pool confirmed while the bus failed nobody was told: that is made up for here.
  emits: [UserConfirmed],
  uses: { userPool: 'users', tables: ['users'] },
  responses: {
    200: {
      summary: 'Confirmed.',
      body: Message,
      example: { message: 'Your account is confirmed. You can log in now.' },
    },
    400: { summary: 'The code is wrong or has expired, or there is no such account to be confirmed.' },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

export const resendCode = defineRoute({
  name: 'signup-resend',
  method: 'POST',
  path: '/api/signup/resend',
  summary: 'Ask for another code. The answer does not tell whether there is such an account.',
  body: z.object({ email: AccountEmail }),
  example: { email: 'ada@example.com' },
  uses: { userPool: 'client', rateLimits: true },
  responses: {
    200: {
      summary: 'If there is an account to be confirmed, a code is on its way.',
      body: Message,
      example: { message: 'If this address has an account to be confirmed, a new code is on its way.' },
    },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

export const ForgotPasswordForm = z.object({ email: AccountEmail })

export const forgotPassword = defineRoute({
  name: 'forgot-password',
  method: 'POST',
  path: '/api/password/forgot',
  summary: 'Ask for a code to set a new password with. The answer does not tell whether there is such an account.',
  body: ForgotPasswordForm,
  example: { email: 'ada@example.com' },
  uses: { userPool: 'client', rateLimits: true },
  responses: {
    200: {
      summary: 'If there is a confirmed account, a code is on its way.',
      body: Message,
      example: { message: 'If this address has a confirmed account, a code is on its way.' },
    },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

export const ResetPasswordForm = z.object({ email: AccountEmail, code: Code, password: Password })

export const resetPassword = defineRoute({
  name: 'reset-password',
  method: 'POST',
  path: '/api/password/reset',
  summary: 'Set a new password with the code in the mail.',
  body: ResetPasswordForm,
  example: { email: 'ada@example.com', code: '123456', password: 'Correct2horse' },
  uses: { userPool: 'client' },
  responses: {
    200: {
      summary: 'The new password counts.',
      body: Message,
      example: { message: 'Your password is changed. You can log in with it now.' },
    },
    400: { summary: 'The code is wrong or has expired, or there is no such account.' },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

/** A password is taken as it is here: what it must look like is nothing to tell somebody who guesses. */
export const LoginForm = z.object({ email: AccountEmail, password: z.string('Required').min(1, 'Required').max(256) })

const Tokens = z.object({ idToken: z.string(), accessToken: z.string(), expiresIn: z.int().positive() })
const exampleTokens = { idToken: 'eyJraWQi…', accessToken: 'eyJraWQi…', expiresIn: 3600 }

export const login = defineRoute({
  name: 'login',
  method: 'POST',
  path: '/api/login',
  summary: 'Exchange an e-mail address and a password for tokens.',
  body: LoginForm,
  example: { email: 'ada@example.com', password: 'Correct1horse' },
  uses: { userPool: 'client' },
  responses: {
    200: {
      summary: 'The tokens; `expiresIn` in seconds.',
      body: Tokens.extend({ refreshToken: z.string() }),
      example: { ...exampleTokens, refreshToken: 'eyJjdHki…' },
    },
    401: { summary: 'Wrong password, or no such account: the answer is the same.' },
    403: { summary: 'The account is not confirmed yet.' },
    429: { summary: 'Too often; see Retry-After.' },
  },
})

const RefreshToken = z.object({ refreshToken: z.string('Required').min(1, 'Required').max(4096) })

export const refreshLogin = defineRoute({
  name: 'login-refresh',
  method: 'POST',
  path: '/api/login/refresh',
  summary: 'Exchange a refresh token for new tokens.',
  body: RefreshToken,
  example: { refreshToken: 'eyJjdHki…' },
  uses: { userPool: 'client' },
  responses: {
    200: { summary: 'New tokens; `expiresIn` in seconds.', body: Tokens, example: exampleTokens },
    401: { summary: 'The refresh token is not valid any more: log in again.' },
  },
})

export const PreferencesForm = z
  .object({ channel: Channel, phone: Phone.optional() })
  .refine(({ channel, phone }) => channel !== 'SMS' || phone !== undefined, {
    path: ['phone'],
    message: 'Required for SMS',
  })

export const PreferencesView = z.object({ channel: Channel, phone: Phone.optional() })

export const logout = defineRoute({
  name: 'logout',
  method: 'POST',
  path: '/api/logout',
  summary: 'Revoke a refresh token: no further tokens are to be had for it.',
  body: RefreshToken,
  example: { refreshToken: 'eyJjdHki…' },
  uses: { userPool: 'client' },
  responses: {
    200: {
      summary: 'It is worth nothing any more, if it ever was.',
      body: Message,
      example: { message: 'You are logged out.' },
    },
  },
})

export const getPreferences = defineRoute({
  name: 'get-preferences',
  method: 'GET',
  path: '/api/me/preferences',
  summary: 'How the caller wants to be notified: by mail, unless they said otherwise.',
  auth: 'token',
  uses: { tables: ['preferences'] },
  responses: { 200: { summary: 'The preferences.', body: PreferencesView, example: { channel: 'EMAIL' } } },
})

export const changePreferences = defineRoute({
  name: 'change-preferences',
  method: 'PUT',
  path: '/api/me/preferences',
  summary: 'Choose how to be notified.',
  auth: 'token',
  body: PreferencesForm,
  example: { channel: 'SMS', phone: '+14155550123' },
  emits: [PreferencesChanged],
  responses: {
    202: {
      summary: 'Accepted.',
      body: PreferencesView.extend({ message: z.string() }),
      example: { message: 'Saved in a moment.', channel: 'SMS', phone: '+14155550123' },
    },
  },
})
