import * as z from 'zod'

// Control characters, line and paragraph separators, lone surrogates, and what turns the direction of text around: in no
// field that a person types on one line, least of all in one that ends up in a mail header.
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u
/** Joiners and the like are part of some names, but none consists of them. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u

const line = () => z.string('Required').regex(ONE_LINE, 'Must not contain line breaks or control characters').trim()

/** A text of one line, trimmed, of 1 to `max` characters. */
export const Line = (max: number) =>
  line()
    .min(1, 'Required')
    .max(max, `At most ${max} characters`)
    .regex(VISIBLE, 'Required')
    .describe('Text of one line, without control characters.')

// The same for text of several lines, in which line breaks and tabs may stand.
const LINES = /^([\n\r\t]|[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069])*$/u

/** A text of one line or more, trimmed, of 1 to `max` characters. */
export const Text = (max: number) =>
  z
    .string('Required')
    .regex(LINES, 'Must not contain control characters')
    .trim()
    .min(1, 'Required')
    .max(max, `At most ${max} characters`)
    .regex(VISIBLE, 'Required')
    .describe('Text of one line or more, without control characters.')

/** One e-mail address, at most 254 characters (RFC 5321, 4.5.3.1.3). */
export const Email = line()
  .min(1, 'Required')
  .max(254, 'At most 254 characters')
  .regex(z.regexes.email, 'Must be one e-mail address, like ada@example.com')
  .describe('One e-mail address.')

/** Seconds since 1970-01-01T00:00Z, as DynamoDB's TTL counts. */
export const EpochSeconds = z.int().positive().describe('Seconds since 1970-01-01T00:00Z.')

/** A telephone number in E.164 form, which says its country: the only one that SMS knows. */
export const Phone = line().regex(/^\+[1-9]\d{6,14}$/, 'Must be a number with its country, like +14155550123')

/** To be told before it is broken, too. */
export const PASSWORD_RULE =
  'At least 8 characters, among them an upper-case letter, a lower-case letter and a digit; no space at either end'

/** What Cognito's user pool asks of a password; Cognito itself takes no more than 256 characters. */
export const Password = z
  .string('Required')
  .min(1, 'Required')
  .max(256, 'At most 256 characters')
  .regex(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S(.{6,}\S)$/su, PASSWORD_RULE)
